/** Names of the channels between the window and main. */
export const REQUEST_CHANNEL = 'baton:request';
export const REQUEST_TEXT_CHANNEL = 'baton:request-text';
export const PUSH_CHANNEL = 'baton:push';
export const ACK_CHANNEL = 'baton:ack';
