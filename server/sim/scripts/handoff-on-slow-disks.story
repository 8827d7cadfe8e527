# verify_handoff: a node joins while the disks are slow. All keys can be read from every node at any time, before,
# during and after; what is written meanwhile is there as well.
cluster nodes=3 more=1 ring=16 n=3 r=2 w=2 storage=disk sync=2 seed=26
at 0s put 100 via node1 => 100 of 100
    100 of 100
at 1s node4: RKV.JOIN 127.0.0.1:7001 => Success
    -> Success: staged join request for 'node4@127.0.0.1' to 'node1@127.0.0.1'
at 2s node1: RKV.PLAN => join
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
at 3s slow-sync node4 300ms
at 3.1s slow-sync node1 200ms
at 3.5s node2: RKV.COMMIT => Cluster changes committed
    -> Cluster changes committed
at 4s read 100 via node2 => 100 of 100
    100 of 100
at 4.2s node3: SET new v => OK
    -> OK
at 4.5s read 100 via node1 => 100 of 100
    100 of 100
at 6s members
    node1 valid, owns 4 partitions
    node2 valid, owns 4 partitions
    node3 valid, owns 4 partitions
    node4 valid, owns 4 partitions
at 6.5s read 100 via node4
    100 of 100
at 15s members => node4 valid, owns 4 partitions
    node1 valid, owns 4 partitions
    node2 valid, owns 4 partitions
    node3 valid, owns 4 partitions
    node4 valid, owns 4 partitions
at 16s read 100 via node1 => 100 of 100
    100 of 100
at 16.5s read 100 via node2 => 100 of 100
    100 of 100
at 17s read 100 via node3 => 100 of 100
    100 of 100
at 17.5s read 100 via node4 => 100 of 100
    100 of 100
at 18s end => every invariant holds
    no fallback holds anything
    every invariant holds
