/** How replies name the vnode that answered: its node, and the index of its partition. */
import { partitionName } from '../ring/index.js';
import type { MemberRegistry } from './member-registry.js';
import type { VnodeNames } from './reply-form.js';

export function vnodeNames(registry: MemberRegistry, ringSize: number): VnodeNames {
  return {
    nodeName: (member) => registry.nameOf(member),
    partitionName: (position) => partitionName(position, ringSize),
  };
}
