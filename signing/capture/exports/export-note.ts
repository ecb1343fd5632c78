/**
 * What a derived export does not hold as the master record does (design.md 5). The master record beside it is the
 * evidence; whoever reads an export has to know where it differs.
 */
export type ExportNote =
  /** Coordinates were divided by this, because the format cannot state or hold the finer ones. */
  | { readonly code: 'coordinates-divided'; readonly by: number }
  /** Nothing says how large a unit is. */
  | { readonly code: 'no-real-size' }
  /** Times are rounded to so many microseconds. */
  | { readonly code: 'time-rounded'; readonly micros: number }
  /** So many samples whose time went back, or too far on for the format, were moved to the nearest it can say. */
  | { readonly code: 'time-moved'; readonly samples: number }
  /** Samples with the tip down and force 0: written as 1, since 0 means that the pen is up. */
  | { readonly code: 'force-raised'; readonly samples: number }
  /** Samples in the air with a force: written as 0. */
  | { readonly code: 'force-cleared'; readonly samples: number }
  /** Columns of the record that the format has no place for. */
  | { readonly code: 'columns-left-out'; readonly columns: readonly string[] }
  /** The format demands azimuth and altitude; the device gave none, 0 stands there. */
  | { readonly code: 'angles-filled' };
