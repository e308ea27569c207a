package kinerja.conformance;

import eu.europa.esig.dss.diagnostic.SignatureWrapper;
import eu.europa.esig.dss.enumerations.Indication;
import eu.europa.esig.dss.jaxb.object.Message;
import eu.europa.esig.dss.model.DSSException;
import eu.europa.esig.dss.model.FileDocument;
import eu.europa.esig.dss.model.policy.ValidationPolicy;
import eu.europa.esig.dss.simplereport.SimpleReport;
import eu.europa.esig.dss.spi.DSSUtils;
import eu.europa.esig.dss.spi.validation.CertificateVerifier;
import eu.europa.esig.dss.spi.validation.CommonCertificateVerifier;
import eu.europa.esig.dss.spi.x509.CommonCertificateSource;
import eu.europa.esig.dss.spi.x509.CommonTrustedCertificateSource;
import eu.europa.esig.dss.spi.x509.revocation.crl.ExternalResourcesCRLSource;
import eu.europa.esig.dss.validation.SignedDocumentValidator;
import eu.europa.esig.dss.validation.policy.ValidationPolicyLoader;
import eu.europa.esig.dss.validation.reports.Reports;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** The EU's DSS: does it pass each signature, and at which PAdES level (ETSI EN 319 102-1)? */
final class SignatureJudge {
  /**
   * What DSS notices by default and lets pass: changes after signing that were not allowed. Not
   * FieldMDP and SigFieldLock, as it counts the field of a document timestamp among the locked ones.
   */
  private static final List<String> STRICTER =
      List.of("PdfAnnotationOverlap", "PdfVisualDifference", "DocMDP", "UndefinedChanges");

  private final Path folder;
  private final Corpus corpus;
  private final ValidationPolicy policy = strictPolicy();

  SignatureJudge(Path folder, Corpus corpus) {
    this.folder = folder;
    this.corpus = corpus;
  }

  /** Where DSS says other than expected; empty when it agrees. */
  List<String> judge(Path file, Corpus.Paper paper) {
    Map<String, String> expected = new TreeMap<>();
    paper.signatures().forEach(s -> expected.put(s.field(), "TOTAL_PASSED " + s.level()));
    Map<String, String> found = new TreeMap<>();
    List<String> words = new ArrayList<>();
    try {
      Reports reports = validated(file);
      SimpleReport report = reports.getSimpleReport();
      for (SignatureWrapper signature : reports.getDiagnosticData().getSignatures()) {
        String id = signature.getId();
        found.put(field(signature), report.getIndication(id) + " " + signature.getSignatureFormat());
        if (report.getIndication(id) != Indication.TOTAL_PASSED) {
          words.add(explained(report, id));
        }
      }
    } catch (DSSException | UnsupportedOperationException error) {
      found.put("(the file)", "unreadable: " + error.getMessage());
    }
    boolean agrees = expected.equals(found) == paper.accepted();
    if (agrees) {
      return List.of();
    }
    return List.of(
        paper.accepted()
            ? "DSS: %s instead of %s %s".formatted(found, expected, words)
            : "DSS passes what was tampered with: " + found);
  }

  private Reports validated(Path file) {
    SignedDocumentValidator validator =
        SignedDocumentValidator.fromDocument(new FileDocument(file.toFile()));
    validator.setCertificateVerifier(verifier());
    validator.setValidationTime(Date.from(Instant.parse(corpus.at())));
    return validator.validateDocument(policy);
  }

  private CertificateVerifier verifier() {
    CommonTrustedCertificateSource trusted = new CommonTrustedCertificateSource();
    for (String anchor : corpus.anchors()) {
      trusted.addCertificate(DSSUtils.loadCertificate(folder.resolve(anchor).toFile()));
    }
    CommonCertificateSource helpers = new CommonCertificateSource();
    for (String helper : corpus.helpers()) {
      helpers.addCertificate(DSSUtils.loadCertificate(folder.resolve(helper).toFile()));
    }
    CommonCertificateVerifier verifier = new CommonCertificateVerifier();
    verifier.setTrustedCertSources(trusted);
    verifier.setAdjunctCertSources(helpers);
    verifier.setAIASource(null);
    verifier.setOcspSource(null);
    verifier.setCrlSource(lists());
    return verifier;
  }

  private ExternalResourcesCRLSource lists() {
    InputStream[] lists =
        corpus.lists().stream()
            .map(list -> DSSUtils.toByteArray(folder.resolve(list).toFile()))
            .map(ByteArrayInputStream::new)
            .toArray(InputStream[]::new);
    return new ExternalResourcesCRLSource(lists);
  }

  private static String field(SignatureWrapper signature) {
    List<String> names = signature.getSignatureFieldNames();
    return names.isEmpty() ? signature.getId() : String.join("+", names);
  }

  private static String explained(SimpleReport report, String id) {
    List<Message> errors = new ArrayList<>(report.getAdESValidationErrors(id));
    return report.getSubIndication(id)
        + ": "
        + errors.stream().map(Message::getValue).distinct().toList();
  }

  /** DSS's own policy, failing where it only warns of changes to a signed PDF. */
  private static ValidationPolicy strictPolicy() {
    ClassLoader loader = SignatureJudge.class.getClassLoader();
    try (InputStream stream =
        Objects.requireNonNull(loader.getResourceAsStream("policy/constraint.xml"))) {
      String text = new String(stream.readAllBytes(), StandardCharsets.UTF_8);
      for (String check : STRICTER) {
        String stricter = text.replace("<" + check + " Level=\"WARN\"", "<" + check + " Level=\"FAIL\"");
        if (stricter.equals(text)) {
          throw new IllegalStateException("DSS's policy has no check " + check + " to sharpen");
        }
        text = stricter;
      }
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      return ValidationPolicyLoader.fromValidationPolicy(new ByteArrayInputStream(bytes)).create();
    } catch (IOException error) {
      throw new IllegalStateException(error);
    }
  }
}
