# Two of three members take a write. One of them crashes and comes back empty; the value is still found, and the
# member is given again what it has lost.
cluster nodes=3 ring=16 n=3 r=2 w=2 seed=1
watch link-down refill-begun refill-done
at 0s node1: SET k v1 => OK
    -> OK
at 0.5s copies k
    node1 primary of partition 12: v1
    node2 primary of partition 10: v1
    node3 primary of partition 11: v1
at 1s crash node2
    node3 says link-down member=node2 reason=broken
    node1 says link-down member=node2 reason=broken
at 1.5s node1: GET k => v1
    -> v1
at 2s node3: SET k v2 => OK
    -> OK
at 2.5s copies k
    node1 primary of partition 12: v2
    node3 primary of partition 11: v2
    node3 fallback of partition 10: v2
at 3s node1: GET k => v2
    -> v2
at 4s start node2
    node2 says refill-begun partitions=5
    node2 says refill-done records=2
at 8s node2: GET k => v2
    -> v2
at 8.5s copies k => node2 primary
    node1 primary of partition 12: v2
    node2 primary of partition 10: v2
    node3 primary of partition 11: v2
at 9s end => every invariant holds
    no fallback holds anything
    every invariant holds
