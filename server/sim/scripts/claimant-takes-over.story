# verify_claimant: the claimant is gone for good. Another one takes over without an operator, and what was staged
# before is still staged: it removes the one that is gone by force.
cluster nodes=4 ring=16 n=3 r=2 w=2 storage=disk seed=22
at 0s node4: RKV.RING-STATUS => node1
    -> ================================== Claimant ===================================
    -> Claimant:  'node1@127.0.0.1'
    -> Status:     up
    -> Ring Ready: true
    -> 
    -> ============================== Ownership Handoff ==============================
    -> No pending changes.
    -> 
    -> ============================== Unreachable Nodes ==============================
    -> All nodes are up and reachable
at 0.5s put 30 via node2 => 30 of 30
    30 of 30
at 1s node4: RKV.LEAVE node4@127.0.0.1 => Success
    -> Success: staged leave request for 'node4@127.0.0.1'
at 2s crash node1
at 2.5s node2: RKV.PLAN => Failed: the claimant is 'node1@127.0.0.1'
    -> Failed: the claimant is 'node1@127.0.0.1', and it cannot be reached. Another takes over by itself soon.
at 8s node3: RKV.RING-STATUS => node2
    -> ================================== Claimant ===================================
    -> Claimant:  'node2@127.0.0.1'
    -> Status:     up
    -> Ring Ready: unknown
    -> 
    -> ============================== Ownership Handoff ==============================
    -> No pending changes.
    -> 
    -> ============================== Unreachable Nodes ==============================
    -> The following nodes are unreachable: ['node1@127.0.0.1']
    -> 
    -> WARNING: The cluster state will not converge until all nodes
    -> are up. Once the above nodes come back online, convergence
    -> will continue. If the outages are long-term or permanent, you
    -> can either mark the nodes as down (rkv admin down NODE) or
    -> forcibly remove the nodes from the cluster (rkv admin
    -> force-remove NODE) to allow the remaining nodes to settle.
at 9s node2: RKV.DOWN node1@127.0.0.1 => Success
    -> Success: 'node1@127.0.0.1' marked as down
at 10s node2: RKV.FORCE-REMOVE node1@127.0.0.1 => Success
    -> Success: staged remove request for 'node1@127.0.0.1'
at 11s node3: RKV.PLAN => leave
    -> =============================== Staged Changes ================================
    -> Action         Details(s)
    -> -------------------------------------------------------------------------------
    -> force-remove   'node1@127.0.0.1'
    -> leave          'node4@127.0.0.1'
    -> -------------------------------------------------------------------------------
    -> 
    -> WARNING: All of 'node1@127.0.0.1' replicas will be lost
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
    -> leaving    25.0%      0.0%    'node4@127.0.0.1'
    -> valid      25.0%     50.0%    'node2@127.0.0.1'
    -> valid      50.0%     50.0%    'node3@127.0.0.1'
    -> -------------------------------------------------------------------------------
    -> Valid:2 / Leaving:1 / Exiting:0 / Joining:0 / Down:0
    -> 
    -> WARNING: Not all replicas will be on distinct nodes
    ->          (16 of 16 preference lists have fewer than 3 distinct nodes)
    -> 
    -> Partitions reassigned from cluster changes: 4
    ->   4 reassigned from 'node1@127.0.0.1' to 'node3@127.0.0.1'
    -> 
    -> Transfers resulting from cluster changes: 4
    ->   4 transfers from 'node4@127.0.0.1' to 'node2@127.0.0.1'
    -> 
at 14s node3: RKV.COMMIT => Cluster changes committed
    -> Cluster changes committed
at 20s members => node1 invalid, owns 0 partitions
    node1 invalid, owns 0 partitions
    node2 valid, owns 8 partitions
    node3 valid, owns 8 partitions
    node4 invalid, owns 0 partitions
at 21s read 30 via node3 => 30 of 30
    30 of 30
at 22s end => every invariant holds
    no fallback holds anything
    every invariant holds
