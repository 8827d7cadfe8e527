# partition_repair: records on one disk are damaged, and a member has missed a write. What the operator asks for brings
# every replica to the same state.
cluster nodes=3 ring=16 n=3 r=2 w=3 storage=disk seed=27
at 0s put 20 via node1 => 20 of 20
    20 of 20
at 1s rot node2 3th
at 1.1s rot node2 7th
at 2s node2: RKV.REPAIR
    -> All partitions are being repaired; see 'rkv admin transfers'
at 8s node1: RKV.VERIFY
    -> 'node1@127.0.0.1' compared 6 of 6 partitions (done), 8 records, 0 damaged
    -> 'node2@127.0.0.1' compared 5 of 5 partitions (done), 4 records, 0 damaged
    -> 'node3@127.0.0.1' compared 5 of 5 partitions (done), 8 records, 0 damaged
    -> All replicas are equal
at 20s read 20 via node2 => 20 of 20
    20 of 20
at 21s end => every invariant holds
    no fallback holds anything
    every invariant holds
