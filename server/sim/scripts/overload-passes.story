# overload, proxy_overload_recovery: a node that has room for four requests is asked for sixty at once, while it waits
# for slow disks. What it does not take it refuses at once and for certain; afterwards it takes everything again.
cluster nodes=3 ring=16 n=3 r=2 w=2 requests=4 storage=disk seed=30
at 0s slow-sync node1 400ms
at 0.1s slow-sync node2 400ms
at 0.2s slow-sync node3 400ms
at 1s put 60 via node1
    4 of 60
at 1.1s node1: SET other x => -BUSY
    -> -BUSY 4 requests are waiting, the most this node allows; nothing was done.
at 4s slow-sync node1 0ms
at 4.1s slow-sync node2 0ms
at 4.2s slow-sync node3 0ms
at 6s node1: SET k y => OK
    -> OK
at 7s node2: GET k => y
    -> y
at 8s end => every invariant holds
    no fallback holds anything
    every invariant holds
