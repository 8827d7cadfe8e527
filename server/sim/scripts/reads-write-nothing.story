# verify_no_writes_on_read: reads of what is equal everywhere store nothing; a read that finds a replica behind repairs
# that one, once.
cluster nodes=3 ring=16 n=3 r=2 w=3 seed=29
at 0s put 20 via node1 => 20 of 20
    20 of 20
at 1s stores
    60 records were stored
at 1.5s read 20 via node1 => 20 of 20
    20 of 20
at 2s read 20 via node2 => 20 of 20
    20 of 20
at 2.5s node3: RKV.GET k3 R 3
    -> finished ok v3 node3@127.0.0.1 182687704666362864775460604089535377456991567872 ok v3 node1@127.0.0.1 274031556999544297163190906134303066185487351808 ok v3 node2@127.0.0.1 365375409332725729550921208179070754913983135744
at 5s stores => 0 records were stored
    0 records were stored
at 6s end => every invariant holds
    no fallback holds anything
    every invariant holds
