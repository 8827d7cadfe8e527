# sibling_explosion: two sides of a cut write the same key again and again. When it heals there is one value, the one
# of the highest version, at every replica.
cluster nodes=4 ring=16 n=3 r=1 w=1 storage=disk seed=31
at 0s node1: SET k v1 => OK
    -> OK
at 1s split node1 node2
at 4s node1: SET k a1 => OK
    -> OK
at 4.1s node3: SET k b1 => OK
    -> OK
at 4.2s node2: SET k a2 => OK
    -> OK
at 4.3s node4: SET k b2 => OK
    -> OK
at 4.4s node1: SET k a3 => OK
    -> OK
at 5s copies k
    node1 primary of partition 12: a3
    node1 fallback of partition 11: a3
    node2 fallback of partition 10: a3
    node3 primary of partition 10: b2
    node3 fallback of partition 12: b2
    node4 primary of partition 11: b2
at 6s mend
at 15s node1: GET k => a3
    -> a3
at 16s end => every invariant holds
    no fallback holds anything
    every invariant holds
