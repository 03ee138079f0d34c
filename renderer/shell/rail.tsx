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
    <div className="rail">
      <Brand />
      <nav aria-label={messages.app.navigation}>
        <ul>
          {screens.map(({ id, label, icon }, index) => (
            <li key={id}>
              <a
                href={`#${id}`}
                aria-label={label}
                aria-current={id === current ? 'page' : undefined}
                onClick={(event) => {
                  event.preventDefault();
                  onOpen(id);
                }}
              >
                <Icon name={icon} />
                <span className="rail-label">{label}</span>
                <kbd>{screenShortcut(index)}</kbd>
              </a>
            </li>
          ))}
        </ul>
      </nav>
      <div className="rail-light">
        <ListenerLight state={endpoint?.state} />
      </div>
    </div>
  );
}
