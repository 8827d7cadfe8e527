# verify_down: while a member is dead, who joins stays joining, since no plan is made without the dead one's word.
# Marked as down it has none, and the join goes on; when it is back it is a member again.
cluster nodes=3 more=1 ring=16 n=3 r=2 w=2 storage=disk seed=23
at 0s put 30 via node1 => 30 of 30
    30 of 30
at 1s crash node3
at 5s node4: RKV.JOIN 127.0.0.1:7001 => Success
    -> Success: staged join request for 'node4@127.0.0.1' to 'node1@127.0.0.1'
at 9s node1: RKV.PLAN => Cannot plan until cluster state has converged
    -> Cannot plan until cluster state has converged.
    -> Check 'Ring Ready' in 'rkv admin ring-status'
at 13s members => node4 joining
    node1 valid, owns 6 partitions
    node2 valid, owns 5 partitions
    node3 valid, owns 5 partitions
    node4 joining, owns 0 partitions
at 14s node1: RKV.DOWN node3@127.0.0.1 => Success
    -> Success: 'node3@127.0.0.1' marked as down
at 15s node1: RKV.PLAN => join
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
    -> down       31.3%     31.3%    'node3@127.0.0.1'
    -> valid      37.5%     25.0%    'node1@127.0.0.1'
    -> valid      31.3%     25.0%    'node2@127.0.0.1'
    -> valid       0.0%     18.8%    'node4@127.0.0.1'
    -> -------------------------------------------------------------------------------
    -> Valid:3 / Leaving:0 / Exiting:0 / Joining:0 / Down:1
    -> 
    -> WARNING: Not all replicas will be on distinct nodes
    ->          (1 of 16 preference lists have fewer than 3 distinct nodes)
    -> 
    -> Transfers resulting from cluster changes: 5
    ->   1 transfers from 'node1@127.0.0.1' to 'node2@127.0.0.1'
    ->   2 transfers from 'node1@127.0.0.1' to 'node4@127.0.0.1'
    ->   1 transfers from 'node2@127.0.0.1' to 'node1@127.0.0.1'
    ->   1 transfers from 'node2@127.0.0.1' to 'node4@127.0.0.1'
    -> 
at 19s node1: RKV.COMMIT => Cluster changes committed
    -> Cluster changes committed
at 24s members => node4 valid
    node1 valid, owns 4 partitions
    node2 valid, owns 4 partitions
    node3 down, owns 5 partitions
    node4 valid, owns 3 partitions
at 25s start node3
at 32s members => node3 valid
    node1 valid, owns 4 partitions
    node2 valid, owns 4 partitions
    node3 valid, owns 4 partitions
    node4 valid, owns 4 partitions
at 33s read 30 via node4 => 30 of 30
    30 of 30
at 34s end => every invariant holds
    no fallback holds anything
    every invariant holds
