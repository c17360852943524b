/** Names of the three channels between the window and main. */
export const REQUEST_CHANNEL = 'baton:request';
export const PUSH_CHANNEL = 'baton:push';
export const ACK_CHANNEL = 'baton:ack';
