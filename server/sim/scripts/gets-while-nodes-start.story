# gh_riak_core_155: gets from the first moment of a node: each has an answer, and none says that a key is missing
# which is there.
cluster nodes=3 ring=16 n=3 r=2 w=2 storage=disk seed=25
at 0s put 40 via node1 => 40 of 40
    40 of 40
at 1s kill node1
at 2s start node1
at 2s node1: GET k0
    -> -UNAVAILABLE 1 of the 2 members needed can be reached; nothing was done.
at 2.01s node1: GET k1
    -> -UNAVAILABLE 1 of the 2 members needed can be reached; nothing was done.
at 2.03s node1: GET k2
    -> v2
at 2.1s node1: GET k3
    -> v3
at 2.3s node2: GET k4 => v4
    -> v4
at 2.5s node1: GET k5 => v5
    -> v5
at 3s read 40 via node1 => 40 of 40
    40 of 40
at 4s end => every invariant holds
    no fallback holds anything
    every invariant holds
