/** USB descriptors (USB 2.0 section 9.6, HID 1.11 section 6.2.1) as far as finding the way to a pad needs them. */
export interface UsbInterfaceSeen {
  readonly number: number;
  readonly interfaceClass: number;
  /** Length of the report descriptor that the HID descriptor names; 0 on an interface that is not HID. */
  readonly reportDescriptorLength: number;
  readonly endpoints: readonly UsbEndpointSeen[];
}
export interface UsbEndpointSeen {
  /** Without the direction bit. */
  readonly number: number;
  readonly direction: 'in' | 'out';
  readonly type: 'control' | 'isochronous' | 'bulk' | 'interrupt';
  readonly packetSize: number;
}
export interface UsbConfigurationSeen {
  readonly value: number;
  readonly interfaces: readonly UsbInterfaceSeen[];
}

export const hidClass = 3;
export const vendorClass = 0xff;
const kinds = { interface: 4, endpoint: 5, hid: 0x21, report: 0x22 } as const;
const transferTypes = ['control', 'isochronous', 'bulk', 'interrupt'] as const;

/**
 * A configuration descriptor with all that follows it. Only the first setting of each interface counts. Null when it
 * does not hold together.
 */
export function parseUsbConfiguration(bytes: Uint8Array): UsbConfigurationSeen | null {
  if (bytes.length < 9 || bytes[1] !== 2) return null;
  const interfaces: { -readonly [K in keyof UsbInterfaceSeen]: UsbInterfaceSeen[K] }[] = [];
  let current: (typeof interfaces)[number] | null = null;
  for (let at = 0; at < bytes.length;) {
    const length = bytes[at] ?? 0;
    if (length < 2 || at + length > bytes.length) return null;
    const part = bytes.subarray(at, at + length);
    at += length;
    if (part[1] === kinds.interface && length >= 9) {
      current = part[3] === 0 ? interfaceOf(part) : null;
      if (current) interfaces.push(current);
    } else if (part[1] === kinds.hid && current) {
      current.reportDescriptorLength = reportLengthOf(part);
    } else if (part[1] === kinds.endpoint && length >= 7 && current) {
      current.endpoints = [...current.endpoints, endpointOf(part)];
    }
  }
  return { value: bytes[5] ?? 0, interfaces };
}

const interfaceOf = (part: Uint8Array): UsbInterfaceSeen => ({
  number: part[2] ?? 0,
  interfaceClass: part[5] ?? 0,
  reportDescriptorLength: 0,
  endpoints: [],
});

/** The HID descriptor lists the descriptors that belong to it, three bytes each. */
function reportLengthOf(part: Uint8Array): number {
  for (let at = 6; at + 2 < part.length; at += 3) {
    if (part[at] === kinds.report) return (part[at + 1] ?? 0) | ((part[at + 2] ?? 0) << 8);
  }
  return 0;
}

function endpointOf(part: Uint8Array): UsbEndpointSeen {
  const address = part[2] ?? 0;
  return {
    number: address & 0x0f,
    direction: (address & 0x80) !== 0 ? 'in' : 'out',
    type: transferTypes[(part[3] ?? 0) & 0x03] ?? 'control',
    // Bits 11 and 12 are for high-speed isochronous and interrupt endpoints.
    packetSize: ((part[4] ?? 0) | ((part[5] ?? 0) << 8)) & 0x07ff,
  };
}
