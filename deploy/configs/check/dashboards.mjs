// Checks dashboards against the types of Grafana's schema: each as a literal, so that a key that the schema does not know is an error
// as well as one that is missing or has a value of another type. Panels' options and queries are checked by the types of their kinds.
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const here = dirname(fileURLToPath(import.meta.url));
const folder = resolve(process.argv[2] ?? join(here, '../grafana'));
const work = join(here, 'node_modules', '.dashboards');
const kinds = { stat: 'StatPanelCfg', timeseries: 'TimeSeriesPanelCfg', table: 'TablePanelCfg', bargauge: 'BarGaugePanelCfg' };

rmSync(work, { recursive: true, force: true });
mkdirSync(work, { recursive: true });
const names = readdirSync(folder).filter((name) => name.endsWith('.json'));
if (names.length === 0) {
  console.error(`${folder} has no dashboards`);
  process.exit(1);
}
const problems = [];
const files = names.map((name) => {
  const dashboard = JSON.parse(readFileSync(join(folder, name), 'utf8'));
  const lines = [
    "import type { Dashboard, DataSourceRef, Panel, RowPanel } from '@grafana/schema';",
    // What JSON has for an enumeration is its text.
    'type Json<T> = T extends string ? `${T}` : T extends (infer E)[] ? Json<E>[] : T extends object ? { [K in keyof T]: Json<T[K]> } : T;',
    // The schema leaves queries to the data sources; this is the part of Prometheus\' that is used.
    "interface Query { refId: string; datasource: DataSourceRef; expr: string; legendFormat: string; range: boolean; instant: boolean;",
    "  format: 'time_series' | 'table'; editorMode: 'code' }",
  ];
  for (const kind of Object.keys(kinds)) {
    lines.push(`import type { Options as ${kind} } from '@grafana/schema/dist/esm/raw/composable/${kind}/panelcfg/x/${kinds[kind]}_types.gen';`);
  }
  const { panels, ...rest } = dashboard;
  lines.push(`export const dashboard: Json<Dashboard> = ${JSON.stringify(rest)};`);
  const ids = new Set();
  for (const panel of panels) {
    if (ids.has(panel.id)) problems.push(`${name}: two panels have the id ${panel.id}`);
    ids.add(panel.id);
    const at = `/* ${panel.title} */`;
    if (panel.type === 'row') {
      lines.push(`${at} export const row${panel.id}: Json<RowPanel> = ${JSON.stringify(panel)};`);
      continue;
    }
    if (!kinds[panel.type]) problems.push(`${name}: panel '${panel.title}' is a '${panel.type}': expected one of ${Object.keys(kinds)}`);
    lines.push(`${at} export const panel${panel.id}: Json<Panel> = ${JSON.stringify(panel)};`);
    lines.push(`${at} export const options${panel.id}: Json<Partial<${panel.type}>> = ${JSON.stringify(panel.options)};`);
    for (const target of panel.targets) {
      lines.push(`${at} export const query${panel.id}${target.refId}: Query = ${JSON.stringify(target)};`);
    }
  }
  const file = join(work, name.replace('.json', '.ts'));
  writeFileSync(file, lines.join('\n') + '\n');
  return file;
});

const program = ts.createProgram(files, {
  strict: true,
  noEmit: true,
  skipLibCheck: true,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  target: ts.ScriptTarget.ES2022,
  types: [],
});
for (const found of ts.getPreEmitDiagnostics(program)) {
  const text = ts.flattenDiagnosticMessageText(found.messageText, '; ');
  const line = found.file ? found.file.text.slice(0, found.start).split('\n').length : 0;
  const title = found.file ? found.file.text.split('\n')[line - 1].match(/^\/\* (.*?) \*\//)?.[1] ?? '' : '';
  problems.push(`${found.file?.fileName.replace(/.*\//, '').replace('.ts', '.json') ?? ''}: ${title}: ${text}`);
}
problems.forEach((problem) => console.error(problem));
console.log(`${names.length} dashboards, ${problems.length} problems`);
process.exit(problems.length === 0 ? 0 : 1);
