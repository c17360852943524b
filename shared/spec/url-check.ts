/** E311: the host of every address is fixed in the document and allowed by the tool. */
import type { Findings } from './findings';
import type { FlowIndex } from './flow-index';
import type { Tool } from './parts';
import { parseTemplate } from './template';
import { endsAuthority, normalHost, readUrlFront } from './url';

export function checkUrls(index: FlowIndex, findings: Findings): void {
  for (const [name, tool] of index.parts('tools')) if (tool?.kind === 'http') checkTool(name, tool, findings);
  for (const [name, server] of index.parts('mcpServers')) {
    if (server?.transport !== 'http' || readUrlFront(server.url)) continue;
    findings.error(
      'E311',
      `/mcpServers/${name}/url`,
      `The address of MCP server "${name}" has no host. It begins with "https://" or "http://" and a host.`,
    );
  }
  for (const [name, model] of index.parts('models')) {
    if (model?.baseURL === undefined || readUrlFront(model.baseURL)) continue;
    findings.error(
      'E311',
      `/models/${name}/baseURL`,
      `The address of model "${name}" has no host. It begins with "https://" or "http://" and a host.`,
    );
  }
}

function checkTool(name: string, tool: Tool & { kind: 'http' }, findings: Findings): void {
  const pointer = `/tools/${name}/url`;
  const { parts } = parseTemplate(tool.url);
  const [first] = parts;
  const front = first?.type === 'literal' ? first.text : '';
  const isFixed = parts.length < 2 && first?.type !== 'hole';
  if (!isFixed && !endsAuthority(front)) {
    const message = `The address of tool "${name}" has a hole in its host or before it. Holes are allowed only after the host, for example "https://api.example.com/{{ args.id }}".`;
    findings.error('E311', pointer, message);
    return;
  }
  const url = readUrlFront(front);
  if (!url) {
    findings.error(
      'E311',
      pointer,
      `The address of tool "${name}" has no host. It begins with "https://" or "http://" and a host.`,
    );
    return;
  }
  if (tool.allowHosts.some((host) => normalHost(host, url.scheme) === url.host)) return;
  const message = `Tool "${name}" calls "${url.host}", but its "allowHosts" does not list it, so every call would be refused.`;
  const patch = [{ op: 'add' as const, path: `/tools/${name}/allowHosts/-`, value: url.host }];
  findings.error('E311', pointer, message, { title: `Allow "${url.host}"`, patch });
}
