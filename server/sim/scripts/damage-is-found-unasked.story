# verify_aae: a record on one disk is damaged, and nobody reads it. The comparison in the background finds it, and the
# replicas are equal again.
cluster nodes=3 ring=8 n=3 r=2 w=3 storage=disk seed=28
watch replicas-differ partition-healed
at 0s node1: SET k v1 => OK
    -> OK
at 1s rot node1 0th
at 2s copies k
    node2 primary of partition 7: v1
    node3 primary of partition 5: v1
    node3 says replicas-differ position=5 replicas=1 leaves=1
    node3 says replicas-differ position=5 replicas=1 leaves=1
    node3 says replicas-differ position=5 replicas=1 leaves=1
    node3 says replicas-differ position=5 replicas=1 leaves=1
at 300s copies k => node1 primary
    node1 primary of partition 6: v1
    node2 primary of partition 7: v1
    node3 primary of partition 5: v1
at 301s end => every invariant holds
    no fallback holds anything
    every invariant holds
