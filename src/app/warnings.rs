//! Settings that are allowed, and that somebody may not have meant: said at every start.

use crate::config::Settings;

/// What is shorter can be found by trying, where strangers can try.
const KEY_BYTES_MIN: usize = 16;

pub fn say(settings: &Settings) {
    let bytes = settings.auth.bootstrap_key.expose().len();
    if (1..KEY_BYTES_MIN).contains(&bytes) && !settings.http.address.is_loopback() {
        tracing::warn!(
            bytes,
            "`auth.bootstrap_key` is short, and others than this machine can try keys: it opens everything. Set one of at \
             least {KEY_BYTES_MIN} bytes"
        );
    }
    if settings.chaos.enabled {
        tracing::warn!("`chaos.enabled`: whoever has a key of the role ops can crash actors and stop the disk");
    }
}
