/// The version that `appliance --version` prints; the file VERSION says the same.
let productVersion = "0.1.0"
