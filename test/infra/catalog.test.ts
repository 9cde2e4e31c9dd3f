import { describe, expect, it } from 'vitest';
import { loadProject } from '../../adapters/local/project-files.ts';
import { catalogTables } from '../../core/catalog/catalog-table.ts';
import { resourcesOf } from './synthesize.ts';

const resources = resourcesOf();
const tables = resources.filter(({ Type }) => Type === 'AWS::Glue::Table').map(({ Properties }) => Properties);

describe('The catalog', () => {
  it('has every table of the project, and the balance over all entities', async () => {
    const project = await loadProject({ contracts: 'contracts', sql: 'sql' });
    const entities = project.contracts.map(({ entity }) => entity);
    const databases = Object.fromEntries(
      resources
        .filter(({ Type }) => Type === 'AWS::Glue::Database')
        .map(({ id, Properties }) => [id, Properties.DatabaseInput.Name]),
    );
    const deployed = tables.map(({ DatabaseName, TableInput }) => `${databases[DatabaseName.Ref]}.${TableInput.Name}`);
    const declared = catalogTables(project, entities).map(({ table }) => `sluice_${table}`);
    expect(deployed.sort()).toEqual([...declared, 'sluice_ops.balance'].sort());
  });

  it('describes them as Glue wants it: columns with what they mean, days as partitions, data in the warehouse', () => {
    const { TableInput } = tables.find((table) => table.TableInput.Name === 'sessions')!;
    expect(TableInput.PartitionKeys).toEqual([{ Name: 'dt', Type: 'string' }]);
    expect(TableInput.StorageDescriptor.Columns[0].Comment).toMatch(/\w/);
    expect(JSON.stringify(TableInput.StorageDescriptor.Location)).toMatch(/Warehouse.*"\/gold\/sessions\/"/);
  });
});

describe('Queries', () => {
  it('are bounded and encrypted; those of people by the settings of their workgroup alone', () => {
    const groups = resources
      .filter(({ Type }) => Type === 'AWS::Athena::WorkGroup')
      .map(({ Properties }) => Properties);
    const settings = Object.fromEntries(
      groups.map(({ Name, WorkGroupConfiguration }) => [Name, WorkGroupConfiguration]),
    );
    expect(Object.keys(settings).sort()).toEqual(['sluice-analysts', 'sluice-pipeline']);
    for (const each of Object.values(settings)) {
      expect(each).toMatchObject({
        ...{ BytesScannedCutoffPerQuery: 1e12, PublishCloudWatchMetricsEnabled: true },
        EngineVersion: { SelectedEngineVersion: 'Athena engine version 3' },
      });
    }
    expect(settings['sluice-analysts'].EnforceWorkGroupConfiguration).toBe(true);
    // Athena refuses CREATE TABLE AS with a location in an enforced one.
    expect(settings['sluice-pipeline'].EnforceWorkGroupConfiguration).toBe(false);
  });
});
