/**
 * Device token (RFC 7523 shape): a short-lived JWT by which a kiosk says who it is. Signed with the device key
 * whose certificate the cloud enrolled; `iss` and `sub` are the kiosk, `aud` the cloud's address.
 * Here only the shape; signing lives in sync/kiosk, checking in sync/cloud.
 */
export const DEVICE_TOKEN_TYPE = 'countersign-device+jwt';
export const DEVICE_TOKEN_SECONDS = 300;
/** A branch clock may be off by this much before a token is refused. */
export const DEVICE_TOKEN_SKEW_SECONDS = 120;
export const DEVICE_TOKEN_ALGORITHMS = ['ES256', 'RS256'] as const;
export type DeviceTokenAlgorithm = (typeof DEVICE_TOKEN_ALGORITHMS)[number];
