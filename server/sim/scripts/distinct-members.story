# node_confirms_vs_pw: with one member left of two, a write that wants two distinct members is refused before
# anything is done; one vnode that stands in twice is not two, but for who counts vnodes.
cluster nodes=2 ring=16 n=2 r=2 w=2 storage=disk seed=7
at 0s node1: SET k v1 => OK
    -> OK
at 1s crash node2
at 1.5s node1: SET k v2 => -UNAVAILABLE
    -> -UNAVAILABLE 1 of the 2 members needed can be reached; nothing was done.
at 2s node1: GET k => -UNAVAILABLE
    -> -UNAVAILABLE 1 of the 2 members needed can be reached; nothing was done.
at 2.5s node1: RKV.PUT k v3 N 2 W 2 NODES 2 => -UNAVAILABLE
    -> -UNAVAILABLE 1 of the 2 nodes needed can be reached; nothing was done.
at 2.7s node1: RKV.PUT k v4 N 2 W 2 PW 2 => -UNAVAILABLE
    -> -UNAVAILABLE 1 of the 2 primaries needed can be reached; nothing was done.
at 3s start node2
at 6s node2: GET k => v1
    -> v1
at 6.5s copies k
    node1 primary of partition 10: v1
    node2 primary of partition 11: v1
at 7s end => every invariant holds
    no fallback holds anything
    every invariant holds
