# A disk fills up: its node refuses writes and goes on serving reads; the others go on; then there is room again.
cluster nodes=3 ring=16 n=3 r=2 w=2 storage=disk seed=9
at 0s node1: SET k v1 => OK
    -> OK
at 1s disk-full node1
at 1.5s node1: SET k v2
    -> OK
at 2s node1: GET k => v2
    -> v2
at 2.5s copies k
    node1 primary of partition 12: v1
    node2 primary of partition 10: v2
    node3 primary of partition 11: v2
at 3s disk-free node1
at 3.5s node1: SET k v3 => OK
    -> OK
at 4s copies k
    node1 primary of partition 12: v3
    node2 primary of partition 10: v3
    node3 primary of partition 11: v3
at 5s end => every invariant holds
    no fallback holds anything
    every invariant holds
