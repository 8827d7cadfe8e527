/**
 * What a node's counters mean, for Prometheus: INFO prints the same numbers under the same names. A `counter` only
 * rises while the process lives; a `gauge` is what it is now.
 */

export interface MetricMeaning {
  readonly kind: 'counter' | 'gauge';
  readonly help: string;
}

const counter = (help: string): MetricMeaning => ({ kind: 'counter', help });
const gauge = (help: string): MetricMeaning => ({ kind: 'gauge', help });

export const metricMeanings: Readonly<Record<string, MetricMeaning>> = {
  connected_clients: gauge('Client connections'),
  rejected_connections: counter('Clients that were not let in because there were too many'),
  clients_held_total: counter('Times that a client was not read on: it had too much outstanding or unread'),
  protocol_errors_total: counter(
    'Clients that were closed because they sent what is no request, or too large',
  ),
  clients_not_reading_total: counter('Clients that were closed because they left too much unread'),
  clients_slow_total: counter('Clients that were closed because they took too long to send a request'),
  clients_not_logged_in_total: counter('Clients that were closed because they did not log in in time'),
  clients_idle_total: counter('Clients that were closed because they said nothing for too long'),
  requests_busy_total: counter('Requests that were refused because too many waited'),
  requests_waiting: gauge('Requests that wait for other members'),
  late_replies: counter('Replies of members to requests that had been answered'),
  requests_redirected_total: counter(
    'Parts of requests that were sent on to a fallback after a member had died',
  ),
  read_repairs_total: counter(
    'Records that were sent to a replica because a read showed that it lacked them',
  ),
  read_repairs_queued: gauge('Read repairs that wait to be sent'),
  read_repairs_dropped_total: counter('Read repairs that were given up because too many waited'),
  skewed_puts: counter('Puts refused because their version was too far ahead of this clock'),
  answers_held: gauge('Answers that wait until what they tell is durable'),
  corrupt_reads: counter('Reads that met a damaged record'),
  failed_reads: counter('Reads that the storage could not do'),
  lww_discarded_total: counter('Writes that were discarded because a newer one was there'),
  handoffs_sent: counter('Partitions that were handed to another member'),
  handoffs_received: counter('Partitions that were taken from another member'),
  handoffs_failed: counter('Handoffs that ended before they were whole; they are tried again'),
  handoff_bytes_sent: counter('Bytes of records that handoffs have sent'),
  handoffs_sending: gauge('Handoffs that this node is sending'),
  handoffs_receiving: gauge('Handoffs that this node is receiving'),
  handoffs_waiting: gauge('Handoffs that wait for their turn or for their member'),
  partitions_healed: counter('Partitions in which a comparison of replicas found and mended a difference'),
  records_repaired: counter(
    'Records that this node got from a replica because it lacked them or had older ones',
  ),
  tree_exchanges: counter('Comparisons of the trees of a partition with those of its replicas'),
  tree_leaves_differing: counter(
    'Leaves of trees in which a replica was found to differ, three times in a row',
  ),
  tree_bytes_sent: counter('Bytes of what was said to compare trees'),
  tombstones_reaped: counter(
    'Tombstones that were removed because every primary had them and nobody older records',
  ),
  trees_wrong: counter('Trees that said something else than the storage held'),
  partitions_repairing: gauge('Partitions that are being filled from other members'),
  vnodes: gauge('Partitions that this node runs, as primary or as fallback'),
  tombstones: gauge('Tombstones in all partitions'),
  records: gauge('Records in all partitions, tombstones included'),
};
