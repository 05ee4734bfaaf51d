//! The doctor's advice on certificates: those that the operator adds, and faults of a server's.

use std::path::Path;

use super::finding::{Check, Fault, Found};

/// Checks the file of `SSL_CERT_FILE`, if one is set. TLS connections silently ignore a file
/// that cannot be read.
pub(super) fn own(file: Option<&Path>) -> Option<Check> {
    let file = file?;
    Some(("certificates", read(file)))
}

fn read(file: &Path) -> Found {
    let advice = "SSL_CERT_FILE names a file with certificates in PEM";
    let text = std::fs::read_to_string(file).map_err(|error| {
        let found = format!("{} cannot be read: {error}", file.display());
        Fault::broken(found, advice)
    })?;
    match text.matches("-----BEGIN CERTIFICATE-----").count() {
        0 => {
            let found = format!("no certificate in {}", file.display());
            Err(Fault::broken(found, advice))
        }
        count => Ok(format!(
            "{count} in SSL_CERT_FILE, beside the built-in ones"
        )),
    }
}

/// Returns the advice if `error` is about a server's certificate. The patterns are rustls's own
/// error texts.
pub(super) fn advice(error: &str) -> Option<&'static str> {
    let error = error.split_once("invalid peer certificate: ")?.1;
    Some(if error.starts_with("UnknownIssuer") {
        "an unknown CA signed its certificate: set SSL_CERT_FILE to a file with that CA's \
         certificate"
    } else if error.starts_with("certificate not valid for name")
        || error.starts_with("NotValidForName")
    {
        "its certificate is for another name: use a name from the certificate in the URL"
    } else if error.contains("xpired") {
        "its certificate has expired: renew it, or set this machine's clock"
    } else if error.contains("not valid yet") || error.starts_with("NotValidYet") {
        "its certificate is not valid yet: set this machine's clock"
    } else {
        "its certificate is not accepted: have a new one issued"
    })
}
