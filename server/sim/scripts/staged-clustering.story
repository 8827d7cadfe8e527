# verify_staged_clustering: nothing is done before a commit, and nothing is committed that was not planned; who joins
# owns nothing until then; clear forgets what is staged, and the node that was to join is alone again. A member that
# is replaced hands over everything, and goes.
cluster nodes=2 more=1 ring=16 n=2 r=1 w=2 storage=disk seed=21
watch removed
at 0s put 30 via node1 => 30 of 30
    30 of 30
at 1s node1: RKV.COMMIT => You must verify the plan
    -> You must verify the plan with 'rkv admin plan' before committing
at 2s node3: RKV.JOIN 127.0.0.1:7001 => Success
    -> Success: staged join request for 'node3@127.0.0.1' to 'node1@127.0.0.1'
at 3s members => node3 joining, owns 0 partitions
    node1 valid, owns 8 partitions
    node2 valid, owns 8 partitions
    node3 joining, owns 0 partitions
at 4s node1: RKV.COMMIT => You must verify the plan
    -> You must verify the plan with 'rkv admin plan' before committing
at 5s node2: RKV.CLEAR => Cleared
    node3 says removed 
    -> Cleared staged cluster changes
at 7s members
    node1 valid, owns 8 partitions
    node2 valid, owns 8 partitions
    node3 invalid, owns 0 partitions
at 8s node3: RKV.JOIN 127.0.0.1:7001 => Success
    -> Success: staged join request for 'node3@127.0.0.1' to 'node1@127.0.0.1'
at 9s node1: RKV.REPLACE node2@127.0.0.1 node3@127.0.0.1 => Success
    -> Success: staged replacement of 'node2@127.0.0.1' with 'node3@127.0.0.1'
at 10s node2: RKV.PLAN => replace
    -> =============================== Staged Changes ================================
    -> Action         Details(s)
    -> -------------------------------------------------------------------------------
    -> join           'node3@127.0.0.1'
    -> replace        'node2@127.0.0.1' with 'node3@127.0.0.1'
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
    -> leaving    50.0%      0.0%    'node2@127.0.0.1'
    -> valid      50.0%     50.0%    'node1@127.0.0.1'
    -> valid       0.0%     50.0%    'node3@127.0.0.1'
    -> -------------------------------------------------------------------------------
    -> Valid:2 / Leaving:1 / Exiting:0 / Joining:0 / Down:0
    -> 
    -> WARNING: Not all replicas will be on distinct nodes
    ->          (0 of 16 preference lists have fewer than 2 distinct nodes)
    -> 
    -> Transfers resulting from cluster changes: 8
    ->   8 transfers from 'node2@127.0.0.1' to 'node3@127.0.0.1'
    -> 
at 12s node3: RKV.COMMIT => Cluster changes committed
    -> Cluster changes committed
    node2 says removed 
at 17s members => node3 valid, owns 8 partitions
    node1 valid, owns 8 partitions
    node2 invalid, owns 0 partitions
    node3 valid, owns 8 partitions
at 18s read 30 via node3 => 30 of 30
    30 of 30
at 19s end => every invariant holds
    no fallback holds anything
    every invariant holds
