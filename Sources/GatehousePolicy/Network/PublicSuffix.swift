/// Domains under which anybody may register a name, or be given one.
///
/// The list of all of them (publicsuffix.org) has ten thousand entries and changes weekly. This is the part that people write into
/// configurations by mistake: top-level domains, the usual second levels of countries, and the large hosts of other people's pages.
enum PublicSuffix {
    /// - Parameter domain: in lower case, without a port.
    static func isPublic(_ domain: some StringProtocol) -> Bool {
        let labels = domain.split(separator: ".", omittingEmptySubsequences: false)
        guard let top = labels.last, labels.count > 1, labels.allSatisfy({ !$0.isEmpty }) else { return true }
        // An address has no names under it.
        guard !domain.contains("["), !top.utf8.allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }) else { return true }
        if hosts.contains(where: { $0 == domain || domain.hasSuffix("." + $0) }) { return true }
        guard labels.count == 2, let second = labels.first else { return false }
        return top.utf8.count == 2 && secondLevels.contains(String(second)) || wholeCountries.contains(String(top))
    }

    /// Second levels that countries register names under: `co.uk`, `com.au`, `or.jp`.
    private static let secondLevels: Set<String> = [
        "ac", "adv", "agro", "art", "arts", "asn", "asso", "biz", "co", "com", "conf", "coop", "ed", "edu", "eng", "firm", "gen", "go",
        "gob",
        "gop", "gouv", "gov", "gub", "gv", "id", "idv", "in", "ind", "inf", "info", "int", "k12", "ltd", "me", "med", "mil", "mobi", "mod",
        "muni", "museum", "name", "ne", "net", "ngo", "nhs", "nic", "nom", "nome", "og", "or", "org", "per", "perso", "plc", "police", "pp",
        "press", "priv", "pro", "pub", "re", "rec", "res", "sc", "sch", "school", "shop", "soc", "store", "tm", "tur", "tv", "univ", "web",
        "gc", "govt", "health", "iwi", "maori", "geek", "cri", "parliament", "tokyo", "osaka", "kyoto", "hokkaido", "aichi", "fukuoka",
        "kanagawa", "bj", "sh", "gd", "nsw", "vic", "qld", "wa", "ab", "bc", "on", "qc",
    ]

    /// Countries with nothing but second levels to register under.
    private static let wholeCountries: Set<String> = ["bd", "ck", "er", "fk", "jm", "kh", "mm", "np", "pg"]

    /// Where strangers put pages of theirs, at any depth: `me.github.io`, `shop.s3.eu-west-1.amazonaws.com`.
    private static let hosts: [String] = [
        "github.io", "githubusercontent.com", "githubpreview.dev", "gitlab.io", "bitbucket.io", "codeberg.page", "pages.dev", "workers.dev",
        "r2.dev", "vercel.app", "vercel.dev", "now.sh", "netlify.app", "netlify.com", "herokuapp.com", "herokussl.com", "onrender.com",
        "fly.dev", "railway.app", "web.app", "firebaseapp.com", "appspot.com", "run.app", "cloudfunctions.net", "googleusercontent.com",
        "blogspot.com", "withgoogle.com", "amazonaws.com", "cloudfront.net", "amplifyapp.com", "awsapprunner.com", "elasticbeanstalk.com",
        "azurewebsites.net", "azurestaticapps.net", "azureedge.net", "cloudapp.net", "cloudapp.azure.com", "windows.net", "azurefd.net",
        "ondigitalocean.app", "digitaloceanspaces.com", "deno.dev", "surge.sh", "glitch.me", "repl.co", "replit.app", "replit.dev",
        "stackblitz.io", "webcontainer.io", "codesandbox.io", "csb.app", "gitpod.io", "ngrok.io", "ngrok.app", "ngrok.dev",
        "ngrok-free.app",
        "ngrok-free.dev", "trycloudflare.com", "loca.lt", "localhost.run", "lhr.life", "serveo.net", "myshopify.com", "wixsite.com",
        "webflow.io", "wordpress.com", "weebly.com", "squarespace.com", "duckdns.org", "no-ip.org", "ddns.net", "dyndns.org", "nip.io",
        "sslip.io", "translate.goog", "lovable.app", "bolt.host", "streamlit.app", "hf.space", "supabase.co",
    ]
}
