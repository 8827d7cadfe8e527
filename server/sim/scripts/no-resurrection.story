# The experiment in which riak_core_lite brought deleted keys back: a member is away while a key is deleted, and
# returns with the old value. The tombstone wins everywhere (I49).
cluster nodes=3 ring=16 n=3 r=2 w=2 storage=disk seed=5
at 0s node1: SET k v1 => OK
    -> OK
at 0.5s copies k
    node1 primary of partition 12: v1
    node2 primary of partition 10: v1
    node3 primary of partition 11: v1
at 1s crash node3
at 1.5s node1: DEL k => 1
    -> 1
at 2s node2: GET k => nil
    -> nil
at 3s start node3
at 8s node3: GET k => nil
    -> nil
at 8.5s copies k
    node1 primary of partition 12: a tombstone
    node2 primary of partition 10: a tombstone
    node3 primary of partition 11: a tombstone
at 9s end => every invariant holds
    no fallback holds anything
    every invariant holds
