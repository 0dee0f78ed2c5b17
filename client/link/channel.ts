import { type ChannelOptions, type Client, credentials } from '@grpc/grpc-js';
import { loadContract } from '../../proto/contract.ts';
import type { AdminClient } from '../../proto/generated/snowpool/v1/Admin.ts';
import type { ClientsClient } from '../../proto/generated/snowpool/v1/Clients.ts';
import type { QueriesClient } from '../../proto/generated/snowpool/v1/Queries.ts';
import type { StatusClient } from '../../proto/generated/snowpool/v1/Status.ts';
import type { ToolsClient } from '../../proto/generated/snowpool/v1/Tools.ts';

/** The daemon's services over one connection. */
export interface Channel {
  readonly clients: ClientsClient;
  readonly tools: ToolsClient;
  readonly queries: QueriesClient;
  readonly status: StatusClient;
  readonly admin: AdminClient;
  close(): void;
}

const options: ChannelOptions = {
  // A lost daemon's channel is thrown away, never waited for: its back-off must not be shared with the next one.
  'grpc.use_local_subchannel_pool': 1,
  'grpc.enable_retries': 0,
  'grpc.enable_http_proxy': 0,
  'grpc.service_config_disable_resolution': 1,
  // The daemon bounds its answers by itself; gRPC's default of 4 MB would cut a page that a client asked for.
  'grpc.max_receive_message_length': -1,
  'grpc.max_send_message_length': -1,
};

/** Opens the services on a socket. Nothing is connected before the first call. */
export function openChannel(socket: string): Channel {
  const { Admin, Clients, Queries, Status, Tools } = loadContract();
  const address = `unix:${socket}`;
  const plain = credentials.createInsecure();
  const clients = new Clients(address, plain, options);
  // One connection carries all services.
  const shared = { ...options, channelOverride: clients.getChannel() };
  const opened: Client[] = [clients];
  function also<T extends Client>(client: T): T {
    opened.push(client);
    return client;
  }
  return {
    clients,
    tools: also(new Tools(address, plain, shared)),
    queries: also(new Queries(address, plain, shared)),
    status: also(new Status(address, plain, shared)),
    admin: also(new Admin(address, plain, shared)),
    close() {
      for (const client of opened) client.close();
    },
  };
}
