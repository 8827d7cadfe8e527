# kv679_coord_fallback: while the primary is away a fallback coordinates; the primary comes back with older data,
# and writes. Its write is newer than what the fallback hands over.
cluster nodes=4 ring=16 n=3 r=2 w=2 storage=disk seed=4
at 0s node2: SET k v1 => OK
    -> OK
at 1s crash node4
at 1.5s node2: SET k v2 => OK
    -> OK
at 3s start node4
at 5.5s node4: SET k v3 => OK
    -> OK
at 7s node1: GET k => v3
    -> v3
at 7.5s copies k
    node1 primary of partition 12: v3
    node3 primary of partition 10: v3
    node4 primary of partition 11: v3
at 8s end => every invariant holds
    no fallback holds anything
    every invariant holds
