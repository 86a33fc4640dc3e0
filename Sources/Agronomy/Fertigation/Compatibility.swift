/// What a stock holds, as far as it decides with what it must not stand in one tank.
public enum Constituent: UInt8, Sendable, BitwiseCopyable, CaseIterable {
    case calcium, magnesium
    /// As a salt: chelated iron does not fall out.
    case iron
    case ammonium, sulfate, phosphate, acid, hypochlorite
}

/// What becomes of two that are brought together undiluted.
public enum Incompatibility: UInt8, Sendable, BitwiseCopyable, CaseIterable {
    /// Gypsum falls out.
    case gypsum
    case calciumPhosphate
    case magnesiumPhosphate
    case ironPhosphate
    /// Chlorine gas: a danger to life.
    case chlorineGas
    /// Chloramines, which are poisonous and in strong solutions explode.
    case chloramines

    /// Whether it harms people, and not only pipes.
    public var isDangerous: Bool { self == .chlorineGas || self == .chloramines }

    /// - Sources: precipitates: Haifa Group, "Interaction among fertilizers: compatibility"; University of California,
    ///   Micro-irrigation Maintenance, "Prevention and mitigation" (after Burt, O'Connor and Ruehr 1995, Fertigation).
    ///   Hypochlorite with acid or ammonium: the safety data sheet of every hypochlorite (EU hazard statement EUH031).
    public static func between(_ first: Constituent, _ second: Constituent) -> Incompatibility? {
        switch (min(first, second), max(first, second)) {
        case (.calcium, .sulfate): .gypsum
        case (.calcium, .phosphate): .calciumPhosphate
        case (.magnesium, .phosphate): .magnesiumPhosphate
        case (.iron, .phosphate): .ironPhosphate
        case (.acid, .hypochlorite): .chlorineGas
        case (.ammonium, .hypochlorite): .chloramines
        default: nil
        }
    }

    /// Everything that stands against two stocks in one tank, or in one pipe undiluted.
    public static func between(_ first: Set<Constituent>, _ second: Set<Constituent>) -> Set<Incompatibility> {
        var found: Set<Incompatibility> = []
        for one in first {
            for other in second { if let problem = between(one, other) { found.insert(problem) } }
        }
        return found
    }
}

extension Constituent: Comparable {
    public static func < (a: Constituent, b: Constituent) -> Bool { a.rawValue < b.rawValue }
}
