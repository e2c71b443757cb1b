// Messages that the editor shows to the user.
import { type Connection, MessageType, ShowMessageNotification } from "vscode-languageserver/node";

const TYPES = { error: MessageType.Error, warning: MessageType.Warning, info: MessageType.Info } as const;

/** A notification: the connection's own `window.show…Message` sends requests, which wait for an answer. */
export function tell(connection: Connection, type: keyof typeof TYPES, message: string): void {
  void connection.sendNotification(ShowMessageNotification.type, { type: TYPES[type], message });
}
