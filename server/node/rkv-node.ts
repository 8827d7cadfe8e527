/**
 * A node: composes ring, vnodes, coordinator, links and clients, and turns events (bytes came, a connection
 * opened or closed, time passed) into effects on its environment. It never reads a clock, a socket or chance
 * but through the environment, so that the same node runs on sockets and in a simulation.
 *
 * The ring may change with every event. What goes by it (requests, links) goes by numbers that this node gives
 * to members and by a ring that is replaced as a whole; nothing else needs to know of the change.
 */
import assert from 'node:assert/strict';
import { rangeOf } from '../byte-range.js';
import type { Handoff, TransferStatus } from '../handoff/index.js';
import { messageKind } from '../link/index.js';
import { type ClusterState, ringEpoch } from '../membership/index.js';
import { HybridClock } from '../object/index.js';
import { consistencyDefault, type Quorum, quorumMistake, Requests } from '../request/index.js';
import { KeyPlacement, type NodeName, type Ring } from '../ring/index.js';
import { type ReplicaSpread, VnodeTable } from '../vnode/index.js';
import { AclCommand } from './acl-command.js';
import { Authentication } from './authentication.js';
import { ClientDesk } from './client-desk.js';
import type { ClientSession } from './client-session.js';
import type { ClockCatchUp } from './clock-catch-up.js';
import { ClusterSaver } from './cluster-saver.js';
import { CommandRunner } from './command-runner.js';
import type { ClientPort, Environment, JoinPlace, OutputPort, ProcessUsage } from './environment.js';
import type { IncomingLink, IncomingPort } from './incoming-link.js';
import type { JoinResult } from './join-offer.js';
import type { KeySpaceCommandsOptions } from './key-space-commands.js';
import { selfNumber } from './member-registry.js';
import { NodeCluster } from './node-cluster.js';
import { nodeCounters } from './node-counters.js';
import { NodeCoverage } from './node-coverage.js';
import { NodeDisk } from './node-disk.js';
import { nodeHandoff, takeTransferMessage } from './node-handoff.js';
import { nodeIdOf } from './node-id.js';
import { type NodeOptions, nodeLimitsDefault } from './node-options.js';
import { nodeSpread } from './node-spread.js';
import type { NodeView } from './node-view.js';
import { reloadUsers } from './reload-users.js';
import { ReplicaDesk } from './replica-desk.js';
import { writeQuorumOutcome } from './reply-form.js';
import { RequestLoad } from './request-load.js';
import { UpdateDesk } from './update-desk.js';
import { vnodeNames } from './vnode-names.js';

export class RkvNode implements NodeView {
  readonly name: NodeName;
  readonly valueBytesMax: number;
  readonly #environment: Environment;
  readonly #cluster: NodeCluster;
  readonly #vnodes: VnodeTable;
  readonly #clock: HybridClock;
  readonly #disk: NodeDisk;
  readonly #requests: Requests<ClientSession>;
  readonly #handoff: Handoff;
  readonly #spread: ReplicaSpread;
  readonly #saver: ClusterSaver;
  readonly #replicas: ReplicaDesk;
  readonly #updates: UpdateDesk;
  readonly #coverage: NodeCoverage;
  readonly #desk: ClientDesk;
  readonly #load = new RequestLoad();
  readonly #catchUp: ClockCatchUp;
  /** The wall clock, read once per event: every version of one event has the same time at most. */
  #wallMs: number;

  constructor(options: NodeOptions, environment: Environment) {
    const { state, name } = options;
    assert(state.members.has(name), `${name} is no member of its cluster`);
    const mistake = quorumMistake(options.quorum);
    assert(mistake === undefined, mistake);
    const limits = { ...nodeLimitsDefault, ...options.limits };
    this.name = name;
    this.valueBytesMax = limits.valueBytesMax;
    this.#environment = environment;
    this.#wallMs = environment.wallMs();
    this.#disk = new NodeDisk({
      environment,
      clusterId: state.clusterId,
      answers: {
        putAck: (...answer) => this.#replicas.putAck(...answer),
        getReply: (...answer) => this.#replicas.getReply(...answer),
      },
      onSyncFailed: () => this.#vnodes.doubt(),
      onReadFailed: (key) => this.#requests.repair(rangeOf(key)),
    });
    const wallMs = () => this.#wallMs;
    const placement = new KeyPlacement(state.ringSize);
    const vnodeOptions = { ...this.#disk.vnodeOptions, wallMs, copies: options.quorum.n };
    this.#vnodes = new VnodeTable(placement, environment.createStorage, vnodeOptions);
    this.#clock = new HybridClock({
      nowMs: wallMs,
      nodeId: nodeIdOf(name),
      incarnation: options.incarnation,
      floorMs: this.#disk.clockFloorMs,
    });
    this.#disk.limitClock(this.#clock);
    this.#cluster = new NodeCluster({
      node: options,
      limits,
      environment,
      onRequest: (peer, message) => {
        if (message.kind === messageKind.transfer)
          return takeTransferMessage(this.#handoff, registry.nameOf(peer.member), peer.life, message);
        if (message.kind === messageKind.scan || message.kind === messageKind.scanReply)
          return this.#coverage.onMessage(peer.member, message);
        this.#load.events++;
        return (
          this.#updates.onMessage(peer.member, message) || this.#replicas.onMessage(peer.member, message)
        );
      },
      onUp: (member) => {
        this.#requests.memberUp(member);
        this.#handoff.memberUp(registry.nameOf(member));
      },
      onDown: (member) => {
        this.#requests.memberDown(member);
        this.#coverage.memberDown(member);
        this.#handoff.memberDown(registry.nameOf(member));
      },
      onChange: () => this.#clusterChanged(),
      handoff: () => this.#handoff,
    });
    const { registry, served, links } = this.#cluster;
    this.#handoff = nodeHandoff({
      self: name,
      life: options.incarnation,
      state: () => this.#cluster.state,
      registry,
      links,
      vnodes: this.#vnodes,
      clock: this.#clock,
      quorum: options.quorum,
      environment,
      limits: options.handoffLimits,
      requestTimeoutMs: limits.requestTimeoutMs,
      handedOver: (position) => this.#cluster.handedOver(position),
      isBusy: () => this.#load.isBusy,
      isHeld: () => this.#spread.isBusy,
      repairKey: (key) => this.#requests.repair(rangeOf(key)),
    });
    this.#saver = new ClusterSaver(environment);
    this.#spread = nodeSpread({
      vnodes: this.#vnodes,
      placement,
      copies: Math.min(options.copies ?? this.quorum.n, this.quorum.n),
      environment,
      onDone: (copies) => {
        this.#handoff.ringChanged();
        this.#saver.save(this.clusterState, copies);
      },
    });
    const names = vnodeNames(registry, state.ringSize);
    this.#replicas = new ReplicaDesk({
      ringSize: state.ringSize,
      vnodes: this.#vnodes,
      clock: this.#clock,
      requests: () => this.#requests,
      framesTo: (member) => links.framesTo(member),
      viewOf: (key) => served.current.views[placement.position(key.bytes, key.start, key.end)]!,
      isMisled: (member, position) =>
        !served.owns(position) && links.peerOf(member)?.ringEpoch !== this.ring.epoch,
    });
    this.#updates = new UpdateDesk({
      framesTo: (member) => links.framesTo(member),
      run: (...update) => this.#requests.updateHere(...update),
      replied: (...reply) => this.#requests.onUpdateReply(...reply),
    });
    const consistency = options.consistency ?? consistencyDefault;
    this.#requests = new Requests<ClientSession>({
      self: selfNumber,
      placement,
      rings: served,
      isUp: registry.isUp,
      consistency,
      vnodes: this.#vnodes,
      clock: this.#clock,
      messages: this.#replicas,
      limits,
      nowMs: () => environment.nowMs(),
      wallMs,
      random: () => environment.random(),
      heardMs: (member) => (member === selfNumber ? Number.POSITIVE_INFINITY : links.heardMsOf(member)),
      answers: {
        defer: (client, ticket) => this.#desk.defer(client, ticket),
        answer: (client, ticket, form, outcome) => this.#desk.answer(client, ticket, form, outcome),
      },
      answerQuorum: (client, ticket, outcome) =>
        this.#desk.reply(client, ticket, (writer) => writeQuorumOutcome(writer, outcome, names)),
      sendUpdate: (...update) => this.#updates.sendUpdate(...update),
      plantedFault: options.plantedFault,
    });
    this.#coverage = new NodeCoverage({
      placement,
      rings: served,
      membersUp: () => registry.allUp(),
      vnodes: this.#vnodes,
      limits: { rangeTimeoutMs: limits.requestTimeoutMs, ...options.coverageLimits },
      environment,
      framesTo: (member) => links.framesTo(member),
    });
    const reply: KeySpaceCommandsOptions['reply'] = (client, ticket, write) =>
      this.#desk.reply(client, ticket, write);
    this.#desk = new ClientDesk({
      limits,
      environment,
      commands: new CommandRunner({
        requests: this.#requests,
        admin: this.#cluster.admin,
        authentication: new Authentication({ access: environment.access, environment, reply }),
        acl: new AclCommand({ reload: (done) => this.reloadUsers(done), access: environment.access, reply }),
        keySpace: this.#coverage.commands(this.#requests.coordinator, reply),
        reply,
        quorumDefaults: {
          quorum: options.quorum,
          consistency,
          timeoutMs: limits.requestTimeoutMs,
          timeoutMsMax: limits.quorumTimeoutMsMax,
        },
        limits,
        view: this,
      }),
      names,
    });
    this.#catchUp = this.#disk.clockCatchUp(this.#wallMs, state.members.size > 1);
    this.#desk.holdsWrites = this.#catchUp.isWaiting;
  }

  /** As NodeCluster.join. */
  join(place: JoinPlace, done: (result: JoinResult) => void): void {
    this.#cluster.join(place, done);
  }

  /** The ring by which this node serves now. */
  get ring(): Ring {
    return this.#cluster.served.ring;
  }

  /** The cluster's quorum, capped at its members. */
  get quorum(): Quorum {
    return this.#cluster.served.current.quorum;
  }

  /** The cluster as this node knows it. */
  get clusterState(): ClusterState {
    return this.#cluster.state;
  }

  /** All other members of the ring are up, as this node sees it, and have said what they hold for it. */
  get isReady(): boolean {
    return this.#cluster.isReady && this.#handoff.isSure;
  }

  /** The time of the newest version that this node has issued or seen. */
  get latestVersionMs(): number {
    return this.#clock.latestMs;
  }

  /** It has begun, and its clients' writes wait until its clock has reached that of its former life. */
  get writesWait(): boolean {
    return this.#catchUp.isWaiting;
  }

  get isDurable(): boolean {
    return this.#environment.store !== undefined;
  }

  wallMs(): number {
    return this.#wallMs;
  }

  nowMs(): number {
    return this.#environment.nowMs();
  }

  usage(): ProcessUsage {
    return this.#environment.usage?.() ?? { cpuUserS: 0, cpuSystemS: 0, memoryBytes: 0, uptimeS: 0 };
  }

  clients(): Iterable<ClientSession> {
    return this.#desk.clients();
  }

  openClient(port: ClientPort): ClientSession {
    return this.#desk.open(port);
  }

  clientBytes(client: ClientSession, chunk: Buffer, start: number, end: number): void {
    this.#wallMs = this.#environment.wallMs();
    this.#load.events++;
    this.#desk.received(client, chunk, start, end);
  }

  /** The client has taken all that was written. */
  clientDrained(client: ClientSession): void {
    this.#desk.drained(client);
  }

  clientClosed(client: ClientSession): void {
    this.#desk.closed(client);
  }

  linkOpened(member: number, port: OutputPort): void {
    this.#cluster.links.opened(member, port);
  }

  /** A link ended, or (without a port) the attempt to open it failed. */
  linkClosed(member: number, port: OutputPort | undefined, reason: string): void {
    this.#cluster.links.closed(member, port, reason);
  }

  acceptLink(port: IncomingPort): IncomingLink {
    return this.#cluster.links.accepted(port);
  }

  linkBytes(link: IncomingLink, chunk: Buffer, start: number, end: number): void {
    this.#wallMs = this.#environment.wallMs();
    this.#cluster.links.received(link, chunk, start, end);
  }

  incomingClosed(link: IncomingLink, reason: string): void {
    this.#cluster.links.incomingClosed(link, reason);
  }

  /** Time has passed: to be called often enough for the shortest of the times, about every 25 ms. */
  tick(): void {
    const nowMs = this.#environment.nowMs();
    this.#wallMs = this.#environment.wallMs();
    this.#load.tick(nowMs);
    if (this.#catchUp.tick(nowMs)) this.#desk.holdsWrites = false;
    this.#requests.tick(nowMs);
    this.#coverage.tick(nowMs);
    this.#desk.tick(nowMs);
    this.#cluster.tick(nowMs);
    this.#disk.tick(nowMs, this.#wallMs);
    this.#spread.step();
    this.#saver.tick(nowMs);
    this.#handoff.tick(nowMs);
  }

  /** Sends what the last events have left to send; asked for with `requestFlush`. */
  flush(): void {
    this.#wallMs = this.#environment.wallMs();
    this.#coverage.work();
    this.#disk.flush();
    this.#desk.flush();
    this.#handoff.flush();
    this.#cluster.links.flush();
  }

  reloadUsers(done: (mistake: string | undefined) => void): void {
    reloadUsers(this.#environment, () => this.#desk.usersChanged(), done);
  }

  /** As ClientDesk.drain. */
  drain(): boolean {
    return this.#desk.drain();
  }

  /** Ends all connections. */
  close(): void {
    this.#cluster.links.close();
    this.#desk.close();
  }

  joinOfferText(): string {
    return this.#cluster.joinOfferText();
  }

  proveOffer(challenge: string, text: string): string | undefined {
    return this.#environment.proveOffer?.(challenge, text);
  }

  ringViewText(): string {
    return this.#cluster.ringViewText();
  }

  keyCount(): number {
    return this.#vnodes.running().reduce((sum, vnode) => sum + vnode.storage.liveCount, 0);
  }

  /** What is being handed over from and to this node, and what waits to be. */
  transfers(): TransferStatus[] {
    return this.#handoff.transfers();
  }

  counters(): readonly (readonly [string, string | number])[] {
    const parts = [this.#requests, this.#desk, this.#disk, this.#handoff];
    return nodeCounters(parts, this.#vnodes.running(), this.#replicas.skewedPuts);
  }

  /** Requests go by the ring that the cluster has now; those that began by the one before end as they began. */
  #clusterChanged(): void {
    this.#disk.inCluster(this.clusterState.clusterId, ringEpoch(this.clusterState.decision));
    this.#spread.want(this.quorum.n);
    this.#saver.save(this.clusterState, this.#spread.copies);
    this.#handoff.ringChanged();
  }
}
