# kv679_tombstone: a key is deleted; the coordinator of the delete loses its data and its clock goes back. What it
# writes next is newer than the tombstone, everywhere.
cluster nodes=3 ring=16 n=3 r=2 w=2 consistency=atomic storage=disk seed=11
at 0s node1: SET k v1 => OK
    -> OK
at 0.5s node1: DEL k => 1
    -> 1
at 1s wipe node1
at 1.1s clock node1 -400ms
at 1.2s start node1
at 4s node1: GET k => nil
    -> nil
at 4.5s node1: SET k v2 => OK
    -> OK
at 5s node2: GET k => v2
    -> v2
at 5.5s copies k
    node1 primary of partition 12: v2
    node2 primary of partition 10: v2
    node3 primary of partition 11: v2
at 6s end => every invariant holds
    no fallback holds anything
    every invariant holds
