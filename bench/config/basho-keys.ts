// The keys of basho_bench's configuration files: which ones mean something here, and what becomes of the others.

/** Taken over; config-aliases.ts knows what they are called here. */
export const bashoKeysTaken: readonly string[] = [
  'mode',
  'duration',
  'concurrent',
  'driver',
  'operations',
  'key_generator',
  'value_generator',
  'report_interval',
  'rng_seed',
  'shutdown_on_error',
  'test_dir',
  'value_generator_blob_file',
  'value_generator_source_size',
  'sequential_int_state_dir',
  // rcl_bench's callbacks, as keys.
  'concurrent_workers',
  'driver_module',
  'random_algorithm',
  'random_seed',
];

/** Without effect here, each with what there is instead. */
export const bashoKeysWithout: Readonly<Record<string, string>> = {
  log_level: 'rkv writes no log of operations; errors are counted by reason in errors.csv',
  code_paths: 'a driver is a module: --driver ./my-driver.ts',
  source_dir: 'a driver is a module: --driver ./my-driver.ts',
  pre_hook: 'run what comes before in the shell',
  post_hook: 'run what comes after in the shell',
  stats: 'rkv writes CSV, results.json and .hlog, always',
  measurement_driver: 'Erlang code cannot be run',
  measurements: 'Erlang code cannot be run',
  mynode: 'there is no Erlang node',
  nodes: 'there is no Erlang node',
  cookie: 'there is no Erlang node',
  disable_sequential_int_progress_report: 'there is no such report',
  distribute_work: 'one machine offers the load; --threads shares the workers out',
  remote_nodes: 'one machine offers the load; --threads shares the workers out',
  app_run_mode: 'rkv is a program of its own',
  setup_finish: 'internal to basho_bench',
  test_id: 'internal to basho_bench',
  enabled_metrics: 'rkv computes every statistic',
};

/** What begins so belongs to a driver of basho_bench. */
export const bashoDriverPrefixes: readonly string[] = [
  'http',
  'riakc_pb_',
  'riakc_java_',
  'riakclient_',
  'pb_',
  'bitcask_',
  'eleveldb_',
  'dets_',
  'innostore_',
  'be_',
  'shortcut_',
  'hibari_',
  'carbon_',
  'cassandra_',
  'cs_',
  'cs2_',
  'cluster_',
  'hanoidb_',
  'memcached_',
  'redis_',
  'antidote_',
  'enforce_keyrange',
  'query_step_interval',
  'search_queries',
  'file_dir',
  'generators',
  'values',
  'headers',
  'targets',
];

/** basho_bench's drivers that rkv has under another name. */
export const bashoDrivers: Readonly<Record<string, string>> = {
  basho_bench_driver_null: 'null',
  basho_bench_driver_ets: 'memory',
  basho_bench_driver_redis: 'redis',
  basho_bench_driver_memcached: 'memcached',
};

/** What basho_bench does when its configuration does not say. */
export const bashoDefaults = {
  mode: ['rate', 5],
  // Its pauses are exponential.
  arrival: 'poisson',
  duration: 5,
  concurrent: 3,
  operations: [
    ['get', 4],
    ['put', 4],
    ['delete', 1],
  ],
  key_generator: ['uniform_int', 100_000],
  value_generator: ['fixed_bin', 100],
  report_interval: 10,
  rng_seed: [42, 23, 12],
};
