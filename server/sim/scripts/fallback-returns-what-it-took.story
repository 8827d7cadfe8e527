# gh_riak_core_154: what a fallback took while a primary was down survives the restart of the fallback, and goes
# to the primary by itself, with no traffic, when that is back.
cluster nodes=4 ring=16 n=3 r=2 w=2 storage=disk seed=4
watch handoff-sent
at 0s node1: SET k v1 => OK
    -> OK
at 0.5s copies k
    node1 primary of partition 12: v1
    node3 primary of partition 10: v1
    node4 primary of partition 11: v1
at 1s crash node4
at 1.5s node1: SET k v2 => OK
    -> OK
at 2s copies k => fallback
    node1 primary of partition 12: v2
    node2 fallback of partition 11: v2
    node3 primary of partition 10: v2
at 2.5s crash node2
at 3s start node2
at 4s copies k => node2 fallback
    node1 primary of partition 12: v2
    node2 fallback of partition 11: v2
    node3 primary of partition 10: v2
at 5s start node4
    node2 says handoff-sent kind=hinted partition=1004782375664995756265033322492444576013453623296 to=node4 records=1
at 9s copies k => node4 primary of partition 11: v2
    node1 primary of partition 12: v2
    node3 primary of partition 10: v2
    node4 primary of partition 11: v2
at 9.5s node4: GET k => v2
    -> v2
at 10s end => every invariant holds
    no fallback holds anything
    every invariant holds
