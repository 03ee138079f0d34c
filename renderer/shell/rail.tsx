import type { EndpointStatus } from '#contract/ipc';
import { Icon } from '../icons/icon.tsx';
import { messages } from '../messages.ts';
import { Brand } from './brand.tsx';
import { ListenerLight } from './listener-light.tsx';
import { screens, screenShortcut, type ScreenId } from './screens.ts';

interface RailProps {
  readonly current: ScreenId;
  readonly onOpen: (screen: ScreenId) => void;
  readonly endpoint: EndpointStatus | undefined;
}

/** The left edge: brand, screens, and whether the door is open. */
export function Rail({ current, onOpen, endpoint }: RailProps) {
  return (
    <nav className="rail" aria-label={messages.app.navigation}>
      <Brand />
      <ul>
        {screens.map(({ id, label, icon }, index) => (
          <li key={id}>
            <a
              href={`#${id}`}
              aria-current={id === current ? 'page' : undefined}
              onClick={(event) => {
                event.preventDefault();
                onOpen(id);
              }}
            >
              <Icon name={icon} />
              <span className="rail-label">{label}</span>
              <kbd aria-hidden="true">{screenShortcut(index)}</kbd>
            </a>
          </li>
        ))}
      </ul>
      <div className="rail-light">
        <ListenerLight state={endpoint?.state} />
      </div>
    </nav>
  );
}
