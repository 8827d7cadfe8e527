# coverage: the keys of the whole ring are told exactly once each, while a node joins and partitions move, and after.
cluster nodes=3 more=1 ring=16 n=3 r=2 w=2 storage=disk seed=32
at 0s put 12 via node1 => 12 of 12
    12 of 12
at 1s node1: DBSIZE => 12
    -> 12
at 2s node4: RKV.JOIN 127.0.0.1:7002 => Success
    -> Success: staged join request for 'node4@127.0.0.1' to 'node2@127.0.0.1'
at 3s node1: RKV.PLAN => join
    -> =============================== Staged Changes ================================
    -> Action         Details(s)
    -> -------------------------------------------------------------------------------
    -> join           'node4@127.0.0.1'
    -> -------------------------------------------------------------------------------
    -> 
    -> NOTE: Applying these changes will result in 1 cluster transition
    -> 
    -> ###############################################################################
    ->                          After cluster transition 1/1
    -> ###############################################################################
    -> 
    -> ================================= Membership ==================================
    -> Status     Ring    Pending    Node
    -> -------------------------------------------------------------------------------
    -> valid      37.5%     25.0%    'node1@127.0.0.1'
    -> valid      31.3%     25.0%    'node2@127.0.0.1'
    -> valid      31.3%     25.0%    'node3@127.0.0.1'
    -> valid       0.0%     25.0%    'node4@127.0.0.1'
    -> -------------------------------------------------------------------------------
    -> Valid:4 / Leaving:0 / Exiting:0 / Joining:0 / Down:0
    -> 
    -> WARNING: Not all replicas will be on distinct nodes
    ->          (0 of 16 preference lists have fewer than 3 distinct nodes)
    -> 
    -> Transfers resulting from cluster changes: 8
    ->   1 transfers from 'node1@127.0.0.1' to 'node2@127.0.0.1'
    ->   1 transfers from 'node1@127.0.0.1' to 'node3@127.0.0.1'
    ->   2 transfers from 'node1@127.0.0.1' to 'node4@127.0.0.1'
    ->   1 transfers from 'node2@127.0.0.1' to 'node1@127.0.0.1'
    ->   1 transfers from 'node2@127.0.0.1' to 'node4@127.0.0.1'
    ->   1 transfers from 'node3@127.0.0.1' to 'node1@127.0.0.1'
    ->   1 transfers from 'node3@127.0.0.1' to 'node4@127.0.0.1'
    -> 
at 3.5s slow-sync node4 200ms
at 4s node1: RKV.COMMIT => Cluster changes committed
    -> Cluster changes committed
at 4.1s node2: KEYS *
    -> k11 k9 k3 k1 k8 k6 k4 k7 k0 k5 k2 k10
at 4.3s node3: DBSIZE => 12
    -> 12
at 4.6s node2: DBSIZE => 12
    -> 12
at 9s node4: DBSIZE => 12
    -> 12
at 10s node4: KEYS *
    -> k11 k9 k3 k1 k8 k6 k4 k7 k0 k5 k2 k10
at 11s end => every invariant holds
    no fallback holds anything
    every invariant holds
