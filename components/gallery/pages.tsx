"use client";

import { BrokerPage } from "@/components/brokers/broker-panel";
import { ClientPage } from "@/components/clients/client-panel";
import { ClientRows } from "@/components/clients/client-rows";
import { BROKERS } from "@/components/gallery/brokers";
import { Case } from "@/components/gallery/case";
import { rows } from "@/components/gallery/factories";
import { LIVES } from "@/components/gallery/lives";
import { QUEUES } from "@/components/gallery/queues";
import { TROUBLED } from "@/components/gallery/specimens";
import {
  manyQueues,
  manyRunners,
  oneFastStream,
  oneOlderSource,
  oneRoadRunner,
  oneSource,
} from "@/components/gallery/work";
import { JobsPage } from "@/components/jobs/jobs-panel";
import { SourcePage } from "@/components/jobs/source-panel";
import { Picture } from "@/components/panels/panel";
import { Findings } from "@/components/queues/findings";
import { Groups } from "@/components/queues/groups";
import { QueueTable } from "@/components/queues/queue-table";
import { RunnersPage } from "@/components/runners/runners-panel";

/** The client, queues, broker, jobs and runners pages, in each state with a different appearance. */
export function Pages({ nowMs }: { readonly nowMs: number }) {
  return (
    <>
      <Case name="client-rows">
        <ClientRows rows={rows(nowMs)} />
      </Case>
      {Object.entries(LIVES).map(([name, life]) => (
        <Case key={name} name={`client.${name}`}>
          <ClientPage view={life(nowMs)} />
        </Case>
      ))}
      {Object.entries(QUEUES).map(([name, view]) => (
        <Case key={name} name={`queues.${name}`}>
          <Findings view={view(nowMs)} />
          <Groups groups={view(nowMs).groups} />
          <QueueTable queues={view(nowMs).items} filtered={false} />
        </Case>
      ))}
      {Object.entries(BROKERS).map(([name, history]) => (
        <Case key={name} name={`broker.${name}`}>
          <BrokerPage view={history(nowMs)} />
        </Case>
      ))}
      <Case name="jobs.many">
        <JobsPage view={manyQueues(nowMs)} picture={<Picture view={TROUBLED["retry-backlog"](nowMs)} />} />
      </Case>
      <Case name="jobs.source">
        <SourcePage view={oneSource(nowMs)} picture={<Picture view={TROUBLED["retry-backlog"](nowMs)} />} />
      </Case>
      <Case name="jobs.older">
        <SourcePage view={oneOlderSource(nowMs)} picture={null} />
      </Case>
      <Case name="jobs.roadrunner">
        <SourcePage view={oneRoadRunner(nowMs)} picture={null} />
      </Case>
      <Case name="jobs.faststream">
        <SourcePage view={oneFastStream(nowMs)} picture={null} />
      </Case>
      <Case name="runners.many">
        <RunnersPage view={manyRunners(nowMs)} />
      </Case>
    </>
  );
}
