import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Security;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Collection;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cms.CMSAuthEnvelopedData;
import org.bouncycastle.cms.KeyTransRecipientId;
import org.bouncycastle.cms.RecipientInformation;
import org.bouncycastle.cms.jcajce.JceKeyTransAuthEnvelopedRecipient;
import org.bouncycastle.jce.provider.BouncyCastleProvider;

/**
 * Opens CMS AuthEnvelopedData as Bouncy Castle does. Arguments: key (PKCS#8 DER), certificate (DER), then messages. One line
 * a message: `opened` and its content in base64, or `refused`.
 */
public class BouncyCastleOpener {
  public static void main(String[] names) throws Exception {
    Security.addProvider(new BouncyCastleProvider());
    byte[] der = Files.readAllBytes(Path.of(names[0]));
    PrivateKey key = KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(der));
    X509CertificateHolder certificate = new X509CertificateHolder(Files.readAllBytes(Path.of(names[1])));
    KeyTransRecipientId id = new KeyTransRecipientId(certificate.getIssuer(), certificate.getSerialNumber());
    for (int i = 2; i < names.length; i += 1) {
      System.out.println(open(Files.readAllBytes(Path.of(names[i])), id, key));
    }
  }

  private static String open(byte[] message, KeyTransRecipientId id, PrivateKey key) {
    try {
      Collection<RecipientInformation> found =
          new CMSAuthEnvelopedData(message).getRecipientInfos().getRecipients(id);
      if (found.size() != 1) return "refused";
      JceKeyTransAuthEnvelopedRecipient recipient = new JceKeyTransAuthEnvelopedRecipient(key);
      recipient.setProvider("BC");
      byte[] content = found.iterator().next().getContent(recipient);
      return "opened " + Base64.getEncoder().encodeToString(content);
    } catch (Exception refused) {
      return "refused";
    }
  }
}
