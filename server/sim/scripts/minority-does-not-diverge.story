# pr_pw: a node that is cut off alone refuses strict requests, and those that want primaries, for certain; it goes
# on when it is joined again.
cluster nodes=3 ring=16 n=3 r=2 w=2 consistency=strict storage=disk seed=6
at 0s node1: SET k v1 => OK
    -> OK
at 1s split node3
at 4s node3: SET k v2 => -UNAVAILABLE
    -> -UNAVAILABLE 1 of the 2 members needed can be reached; nothing was done.
at 4.5s node3: GET k => -UNAVAILABLE
    -> -UNAVAILABLE 1 of the 2 members needed can be reached; nothing was done.
at 4.6s node3: RKV.GET k R 1 PR 2 => -UNAVAILABLE
    -> -UNAVAILABLE 1 of the 2 primaries needed can be reached; nothing was done.
at 4.7s node3: RKV.PUT k v9 W 1 PW 2 => -UNAVAILABLE
    -> -UNAVAILABLE 1 of the 2 primaries needed can be reached; nothing was done.
at 5s node1: SET k v3 => OK
    -> OK
at 5.5s node2: GET k => v3
    -> v3
at 6s mend
at 9s node3: GET k => v3
    -> v3
at 10s end => every invariant holds
    no fallback holds anything
    every invariant holds
