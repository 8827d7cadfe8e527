/** What an operator reads after having staged a change, or why it was refused. Texts follow Riak Core's. */
import type { NodeName } from '../ring/index.js';
import type { StageableAction, StagingRefusal } from './staging.js';

/** Why something was refused, for the operator; `name` is the member whose change it was. */
export function refusalText(code: StagingRefusal, name: string, replacement = name): string {
  switch (code) {
    case 'self_join':
      return 'Failed: This node cannot join itself in a cluster';
    case 'not_single_node':
      return 'Failed: This node is already a member of a cluster';
    case 'different_ring_sizes':
      return `Failed: '${name}' has a different ring_creation_size`;
    case 'different_hash_versions':
      return `Failed: '${name}' hashes keys in another way`;
    case 'not_member':
      return `Failed: '${name}' is not a member of the cluster.`;
    case 'only_member':
      return `Failed: '${name}' is the only member.`;
    case 'already_leaving':
      return `Failed: '${name}' is already in the process of leaving the cluster.`;
    case 'already_replacement':
      return `Failed: '${replacement}' is already staged to replace another node.`;
    case 'invalid_replacement':
      return [
        `Failed: '${replacement}' is not a valid candidate for replacement.`,
        'Only newly joining nodes can be used for replacement.',
      ].join('\n');
    case 'is_claimant':
      return [
        `Failed: '${name}' is the claimant (see: rkv admin ring-status).`,
        'The claimant is the node responsible for initiating cluster changes,',
        'and cannot forcefully remove itself. If it does not run, another node',
        "becomes the claimant by itself, or at once after 'rkv admin down'.",
        'Staged changes are kept.',
      ].join('\n');
    case 'is_up':
      return `Failed: '${name}' is up`;
  }
}

/** What an operator reads after staging a change. */
export function stagedText(name: NodeName, action: StageableAction): string {
  switch (action.kind) {
    case 'leave':
      return `Success: staged leave request for '${name}'`;
    case 'force-remove':
      return `Success: staged remove request for '${name}'`;
    case 'replace':
      return `Success: staged replacement of '${name}' with '${action.replacement}'`;
    case 'force-replace':
      return `Success: staged forced replacement of '${name}' with '${action.replacement}'`;
  }
}

/** What an operator reads after a join was staged. */
export function joinedText(name: NodeName, target: NodeName): string {
  return `Success: staged join request for '${name}' to '${target}'`;
}

/** What an operator reads after a member was marked as down. */
export function downText(name: NodeName): string {
  return `Success: '${name}' marked as down`;
}
