//! What the doctor says of certificates: those that the operator adds, and what is wrong
//! with a server's.

use std::path::Path;

use super::finding::{Check, Fault, Found};

/// Looks at the file of `SSL_CERT_FILE`, if there is one: what cannot be read is left out
/// without a word.
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

/// What to do about a server's certificate, where `error` is about one. The words of an
/// error are rustls's own.
pub(super) fn advice(error: &str) -> Option<&'static str> {
    let error = error.split_once("invalid peer certificate: ")?.1;
    Some(if error.starts_with("UnknownIssuer") {
        "its certificate is signed by nobody known here: set SSL_CERT_FILE to a file with its CA's certificate"
    } else if error.starts_with("certificate not valid for name")
        || error.starts_with("NotValidForName")
    {
        "its certificate is for another name: use a name in the URL that is in it"
    } else if error.contains("xpired") {
        "its certificate has expired: renew it, or set this machine's clock"
    } else if error.contains("not valid yet") || error.starts_with("NotValidYet") {
        "its certificate is not valid yet: set this machine's clock"
    } else {
        "its certificate is not accepted: have it made anew"
    })
}
