# kv679_dataroot: each node in turn loses all that it had, a few seconds apart. Every value is there in the end, at
# every primary.
cluster nodes=3 ring=16 n=3 r=2 w=3 storage=disk seed=12
watch refill-done
at 0s put 50 via node1 => 50 of 50
    50 of 50
at 1s wipe node1
at 1.5s start node1
    node1 says refill-done records=70
at 11s wipe node2
at 11.5s start node2
    node2 says refill-done records=88
at 21s wipe node3
at 21.5s start node3
    node3 says refill-done records=54
at 31s read 50 via node1 => 50 of 50
    50 of 50
at 32s read 50 via node3 => 50 of 50
    50 of 50
at 33s end => every invariant holds
    no fallback holds anything
    every invariant holds
