# All nodes lose their power at once. What was acknowledged is there; what was not acknowledged may be.
cluster nodes=3 ring=16 n=3 r=2 w=2 storage=disk seed=8
at 0s node1: SET k v1 => OK
    -> OK
at 1s node2: SET other v2 => OK
    -> OK
at 1.5s crash node1 node2 node3
at 2s node1: GET k => it does not run
    it does not run
at 3s start node1 node2 node3
at 6s node1: GET k => v1
    -> v1
at 6.5s node3: GET other => v2
    -> v2
at 7s end => every invariant holds
    no fallback holds anything
    every invariant holds
