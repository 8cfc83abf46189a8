extension Form {
    /// A language tag of BCP 47 in its common parts: language, script, region, variants.
    static func isLocale(_ text: RawSpan) -> Bool {
        guard let parts = parts(text, by: ASCII.minus, max: 8), let language = parts.first, (2...3).contains(language.count),
            all(text, language, isLetter)
        else { return false }
        var rest = parts.dropFirst()
        if let script = rest.first, script.count == 4, all(text, script, isLetter) { rest = rest.dropFirst() }
        if let region = rest.first,
            (region.count == 2 && all(text, region, isLetter)) || (region.count == 3 && all(text, region, isDigit))
        {
            rest = rest.dropFirst()
        }
        return rest.allSatisfy { variant in
            guard all(text, variant, isAlphanumeric) else { return false }
            return (5...8).contains(variant.count) || (variant.count == 4 && isDigit(text.byte(variant.lowerBound)))
        }
    }

    /// A name as the time zone database has them: `UTC`, `Europe/Berlin`. The form only; the database is not at hand.
    static func isTimeZone(_ text: RawSpan) -> Bool {
        guard text.byteCount <= 64, let parts = parts(text, by: ASCII.slash, max: 3) else { return false }
        if parts.count == 1 {
            return text.byteCount >= 3 && all(text, isUpper)
        }
        return parts.allSatisfy { part in
            all(text, part) { isAlphanumeric($0) || $0 == 0x5F || $0 == ASCII.minus || $0 == ASCII.plus }
                && isUpper(text.byte(part.lowerBound))
        }
    }

    /// A type, a slash and a subtype of RFC 6838, without parameters.
    static func isMediaType(_ text: RawSpan) -> Bool {
        guard let parts = parts(text, by: ASCII.slash, max: 2), parts.count == 2 else { return false }
        return parts.allSatisfy { part in
            part.count <= 127 && all(text, part, isMediaCharacter) && isAlphanumeric(text.byte(part.lowerBound))
        }
    }

    private static func isMediaCharacter(_ byte: UInt8) -> Bool {
        if isAlphanumeric(byte) { return true }
        switch byte {
        case 0x21, 0x23, 0x24, 0x26, 0x5E, 0x5F, ASCII.dot, ASCII.plus, ASCII.minus: return true
        default: return false
        }
    }

    /// `+`, a country code that does not begin with 0, and at most 15 digits in all.
    static func isE164(_ text: RawSpan) -> Bool {
        guard (8...16).contains(text.byteCount), text.byte(0) == ASCII.plus, text.byte(1) != ASCII.zero else { return false }
        return all(text, 1..<text.byteCount, isDigit)
    }

    /// Whether a text is one of the fixed-length codes in a table.
    static func isCode(_ text: RawSpan, length: Int, in table: StaticString) -> Bool {
        guard text.byteCount == length, all(text, isUpper) else { return false }
        let stride = length &+ 1
        var i = 0
        while i &+ length <= table.utf8CodeUnitCount {
            var isSame = true
            for k in 0..<length where unsafe table.utf8Start[i &+ k] != text.byte(k) { isSame = false }
            if isSame { return true }
            i &+= stride
        }
        return false
    }

    /// ISO 3166-1 alpha-2.
    static let countries: StaticString = """
        AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA CC CD CF CG CH CI \
        CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ \
        GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS \
        LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG \
        PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK \
        TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW
        """

    /// ISO 4217, active codes.
    static let currencies: StaticString = """
        AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF CHW CLF CLP CNY \
        COP COU CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR \
        ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR \
        MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC \
        SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD USN UYI UYU UYW UZS VED VES VND VUV WST XAF XAG XAU XBA XBB XBC XBD XCD XCG \
        XDR XOF XPD XPF XPT XSU XTS XUA XXX YER ZAR ZMW ZWG
        """
}
