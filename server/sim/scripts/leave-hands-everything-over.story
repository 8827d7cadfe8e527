# verify_leave: a member leaves, and the claimant after it. All keys are there at who is left; the ones that left own
# nothing, and are clusters of their own.
cluster nodes=4 ring=16 n=2 r=1 w=2 storage=disk seed=24
watch removed
at 0s put 50 via node1 => 50 of 50
    50 of 50
at 1s node2: RKV.LEAVE => Success
    -> Success: staged leave request for 'node2@127.0.0.1'
at 2s node1: RKV.PLAN => leave
    -> =============================== Staged Changes ================================
    -> Action         Details(s)
    -> -------------------------------------------------------------------------------
    -> leave          'node2@127.0.0.1'
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
    -> leaving    25.0%      0.0%    'node2@127.0.0.1'
    -> valid      25.0%     31.3%    'node1@127.0.0.1'
    -> valid      25.0%     31.3%    'node3@127.0.0.1'
    -> valid      25.0%     37.5%    'node4@127.0.0.1'
    -> -------------------------------------------------------------------------------
    -> Valid:3 / Leaving:1 / Exiting:0 / Joining:0 / Down:0
    -> 
    -> WARNING: Not all replicas will be on distinct nodes
    ->          (0 of 16 preference lists have fewer than 2 distinct nodes)
    -> 
    -> Transfers resulting from cluster changes: 10
    ->   1 transfers from 'node1@127.0.0.1' to 'node3@127.0.0.1'
    ->   1 transfers from 'node1@127.0.0.1' to 'node4@127.0.0.1'
    ->   1 transfers from 'node2@127.0.0.1' to 'node1@127.0.0.1'
    ->   1 transfers from 'node2@127.0.0.1' to 'node3@127.0.0.1'
    ->   2 transfers from 'node2@127.0.0.1' to 'node4@127.0.0.1'
    ->   1 transfers from 'node3@127.0.0.1' to 'node1@127.0.0.1'
    ->   1 transfers from 'node3@127.0.0.1' to 'node4@127.0.0.1'
    ->   1 transfers from 'node4@127.0.0.1' to 'node1@127.0.0.1'
    ->   1 transfers from 'node4@127.0.0.1' to 'node3@127.0.0.1'
    -> 
at 4s node1: RKV.COMMIT => Cluster changes committed
    -> Cluster changes committed
    I9 BROKEN: node3 stored k32 of partition 8, which it does not own
    I9 BROKEN: node3 stored k33 of partition 8, which it does not own
    I9 BROKEN: node3 stored k8 of partition 8, which it does not own
    I9 BROKEN: node1 stored k46 of partition 6, which it does not own
    I9 BROKEN: node1 stored k1 of partition 6, which it does not own
    I9 BROKEN: node4 stored k6 of partition 10, which it does not own
    I9 BROKEN: node4 stored k37 of partition 10, which it does not own
    I9 BROKEN: node4 stored k23 of partition 10, which it does not own
    I9 BROKEN: node4 stored k48 of partition 10, which it does not own
    I9 BROKEN: node4 stored k14 of partition 10, which it does not own
    I9 BROKEN: node4 stored k44 of partition 10, which it does not own
    I9 BROKEN: node4 stored k34 of partition 10, which it does not own
    I9 BROKEN: node4 stored k30 of partition 10, which it does not own
    I9 BROKEN: node4 stored k36 of partition 10, which it does not own
    I9 BROKEN: node4 stored k43 of partition 10, which it does not own
    I9 BROKEN: node4 stored k38 of partition 10, which it does not own
    I9 BROKEN: node4 stored k10 of partition 1, which it does not own
    I9 BROKEN: node4 stored k49 of partition 1, which it does not own
    I9 BROKEN: node4 stored k18 of partition 1, which it does not own
    I9 BROKEN: node4 stored k16 of partition 1, which it does not own
    I9 BROKEN: node4 stored k47 of partition 1, which it does not own
    I9 BROKEN: node3 stored k27 of partition 11, which it does not own
    I9 BROKEN: node3 stored k4 of partition 11, which it does not own
    I9 BROKEN: node3 stored k37 of partition 11, which it does not own
    I9 BROKEN: node3 stored k23 of partition 11, which it does not own
    I9 BROKEN: node3 stored k24 of partition 11, which it does not own
    I9 BROKEN: node3 stored k44 of partition 11, which it does not own
    I9 BROKEN: node3 stored k21 of partition 11, which it does not own
    I9 BROKEN: node3 stored k38 of partition 11, which it does not own
    I9 BROKEN: node1 stored k9 of partition 3, which it does not own
    I9 BROKEN: node1 stored k3 of partition 3, which it does not own
    I9 BROKEN: node1 stored k11 of partition 3, which it does not own
    I9 BROKEN: node1 stored k20 of partition 3, which it does not own
    I9 BROKEN: node1 stored k17 of partition 3, which it does not own
    I9 BROKEN: node4 stored k13 of partition 13, which it does not own
    I9 BROKEN: node4 stored k7 of partition 13, which it does not own
    I9 BROKEN: node4 stored k12 of partition 13, which it does not own
    I9 BROKEN: node4 stored k28 of partition 13, which it does not own
    I9 BROKEN: node1 stored k6 of partition 9, which it does not own
    I9 BROKEN: node1 stored k48 of partition 9, which it does not own
    I9 BROKEN: node1 stored k14 of partition 9, which it does not own
    I9 BROKEN: node1 stored k34 of partition 9, which it does not own
    I9 BROKEN: node1 stored k30 of partition 9, which it does not own
    I9 BROKEN: node1 stored k36 of partition 9, which it does not own
    I9 BROKEN: node1 stored k43 of partition 9, which it does not own
    I9 BROKEN: node3 stored k41 of partition 5, which it does not own
    I9 BROKEN: node3 stored k22 of partition 5, which it does not own
    I9 BROKEN: node3 stored k40 of partition 5, which it does not own
    I9 BROKEN: node3 stored k26 of partition 5, which it does not own
    I9 BROKEN: node3 stored k1 of partition 5, which it does not own
    I9 BROKEN: node4 stored k41 of partition 4, which it does not own
    I9 BROKEN: node4 stored k22 of partition 4, which it does not own
    I9 BROKEN: node4 stored k40 of partition 4, which it does not own
    I9 BROKEN: node4 stored k26 of partition 4, which it does not own
    I9 BROKEN: node4 stored k20 of partition 4, which it does not own
    node2 says removed 
at 9s members => node2 invalid, owns 0 partitions
    node1 valid, owns 5 partitions
    node2 invalid, owns 0 partitions
    node3 valid, owns 5 partitions
    node4 valid, owns 6 partitions
at 10s node3: RKV.LEAVE node1@127.0.0.1 => Success
    -> Success: staged leave request for 'node1@127.0.0.1'
at 11s node3: RKV.PLAN => leave
    -> =============================== Staged Changes ================================
    -> Action         Details(s)
    -> -------------------------------------------------------------------------------
    -> leave          'node1@127.0.0.1'
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
    -> leaving    31.3%      0.0%    'node1@127.0.0.1'
    -> valid      31.3%     50.0%    'node3@127.0.0.1'
    -> valid      37.5%     50.0%    'node4@127.0.0.1'
    -> -------------------------------------------------------------------------------
    -> Valid:2 / Leaving:1 / Exiting:0 / Joining:0 / Down:0
    -> 
    -> WARNING: Not all replicas will be on distinct nodes
    ->          (0 of 16 preference lists have fewer than 2 distinct nodes)
    -> 
    -> Transfers resulting from cluster changes: 9
    ->   3 transfers from 'node1@127.0.0.1' to 'node3@127.0.0.1'
    ->   2 transfers from 'node1@127.0.0.1' to 'node4@127.0.0.1'
    ->   2 transfers from 'node3@127.0.0.1' to 'node4@127.0.0.1'
    ->   2 transfers from 'node4@127.0.0.1' to 'node3@127.0.0.1'
    -> 
at 13s node3: RKV.COMMIT => Cluster changes committed
    -> Cluster changes committed
    node1 says removed 
at 20s members => node1 invalid, owns 0 partitions
    node1 invalid, owns 0 partitions
    node2 invalid, owns 0 partitions
    node3 valid, owns 8 partitions
    node4 valid, owns 8 partitions
at 21s read 50 via node3 => 50 of 50
    50 of 50
at 22s read 50 via node4 => 50 of 50
    50 of 50
at 23s end => every invariant holds
    no fallback holds anything
    every invariant holds
    I9 does not hold, and need not: nodes see a new ring one after the other
