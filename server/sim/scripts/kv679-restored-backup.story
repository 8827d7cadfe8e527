# kv679 for a disk that is gone entirely, with one copy only: a node of one begins again with an empty disk and its
# clock set back; no version of its first life is issued a second time (I58).
cluster nodes=1 ring=8 n=1 r=1 w=1 storage=disk seed=13
at 0s node1: SET k v1 => OK
    -> OK
at 0.5s node1: SET k v2 => OK
    -> OK
at 1s wipe node1
at 1.1s clock node1 -1500ms
at 1.2s start node1
at 5s node1: GET k => nil
    -> nil
at 5.5s node1: SET k v3 => OK
    -> OK
at 6s node1: GET k => v3
    -> v3
at 7s end => every invariant holds
    no fallback holds anything
    every invariant holds
