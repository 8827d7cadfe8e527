# kv679: a node loses its data, and its clock is set back before it begins again. Its next write is newer than
# the old one all the same, since it reads no version that it has issued before.
cluster nodes=3 ring=16 n=3 r=2 w=2 consistency=atomic storage=disk seed=10
at 0s node1: SET k v1 => OK
    -> OK
at 1s wipe node1
at 1.1s clock node1 -400ms
at 1.2s start node1
at 4s node1: SET k v2 => OK
    -> OK
at 5s node2: GET k => v2
    -> v2
at 5.5s node3: GET k => v2
    -> v2
at 6s end => every invariant holds
    no fallback holds anything
    every invariant holds
