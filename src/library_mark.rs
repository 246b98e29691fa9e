//! By what the folder of a library is told from others, also where nothing else of
//! a library is known.

/// The first bytes of a manifest, whatever the version of its format.
pub(crate) const LIBRARY_MARK: &[u8; 7] = b"LTXMAN\0";

/// The name of the manifest.
pub(crate) const LIBRARY_MANIFEST: &str = "manifest";
